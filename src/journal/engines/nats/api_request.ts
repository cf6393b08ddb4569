// Requests to JetStream, answered with JSON.

import { LinkError, type NatsLink } from "./link/mod.ts";
import { LogFault, LogRequestError } from "./log/mod.ts";

/** JetStream refused it. Most refusals are temporary, such as those without a leader. */
export class ApiError extends LogRequestError {
  /** JetStream's own number of the error. */
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export type ApiAnswer = Readonly<Record<string, unknown>>;

const decoder = new TextDecoder();

/** @throws {LogRequestError} {@linkcode ApiError}, or there was no answer */
export async function requestApi(
  link: NatsLink,
  subject: string,
  payload: unknown,
  timeoutMs: number,
): Promise<ApiAnswer> {
  const { data } = await asLogRequest(link.request(subject, JSON.stringify(payload), { timeoutMs }));
  return readAnswer(data);
}

/** @throws {LogRequestError} */
export function readAnswer(data: Uint8Array): ApiAnswer {
  const answer = parse(data);
  const error = answer["error"];
  if (error === undefined || error === null) return answer;
  const { code, err_code, description } = error as Record<string, unknown>;
  throw new ApiError(Number(err_code ?? code), `NATS refused: ${description}`);
}

/**
 * @throws {LogRequestError} instead of an error of the connection
 * @throws {LogFault} "denied", which trying again does not change
 */
export async function asLogRequest<Result>(request: Promise<Result>): Promise<Result> {
  try {
    return await request;
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    if (error.failure === "denied") {
      throw new LogFault("denied", `The NATS server does not allow it: ${error.message}`, { cause: error });
    }
    throw new LogRequestError(error.message, { cause: error, isTimeout: error.failure === "timeout" });
  }
}

function parse(data: Uint8Array): ApiAnswer {
  try {
    const answer: unknown = JSON.parse(decoder.decode(data));
    if (typeof answer === "object" && answer !== null) return answer as ApiAnswer;
  } catch (cause) {
    throw new LogRequestError("NATS answered something that is not JSON", { cause });
  }
  throw new LogRequestError("NATS answered something that is not an object");
}
