// Answers of the server, checked before they are believed.

import { ErrorCode } from "../../protocol/json_rpc/mod.ts";
import { isMethodName, type MethodName, METHODS, readShape, type Shape } from "../../protocol/methods/mod.ts";
import { RequestError } from "./request_error.ts";
import type { RequestResult, RequestTypes } from "./request_types.ts";

/** Only the client itself sends `hello` and `leave`, and a run has functions of its own. */
type Requestable = Exclude<MethodName, "hello" | "leave" | "run">;

/** The table of methods; RequestTypes writes it out for readers, and has to agree. */
const REQUESTS: {
  readonly [M in Requestable]: {
    readonly params: Shape<RequestTypes[M]["params"]>;
    readonly result: Shape<RequestTypes[M]["result"]>;
  };
} = METHODS;

/** Returns the answer as it came: a newer server may say more. @throws {RequestError} for one of another shape. */
export function checkAnswer<T>(shape: Shape<T>, answer: unknown): T {
  const read = readShape(shape, answer);
  if (read.ok) return answer as T;
  const message = `Cannot read the answer: ${read.message}`;
  throw new RequestError("answered", { code: ErrorCode.internal_error, message });
}

/** Checks the answer to a request of a method that is known here. @throws {RequestError} for one of another shape. */
export function checkResult<M extends string>(method: M, answer: unknown): RequestResult<M> {
  const name: string = method;
  const isChecked = isMethodName(name) && name !== "hello" && name !== "leave" && name !== "run";
  return (isChecked ? checkAnswer<unknown>(REQUESTS[name].result, answer) : answer) as RequestResult<M>;
}
