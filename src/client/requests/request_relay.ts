// Passes JSON-RPC requests of other programs on to the server, each under an id of its own: the JSON lines of the pipe, and
// the connections of the control socket.

import { visible } from "../../words/mod.ts";
import {
  encodeError,
  encodeErrorObject,
  encodeNotification,
  encodeResult,
  ErrorCode,
  type ErrorObject,
  type Id,
  parseLine,
} from "../../protocol/json_rpc/mod.ts";
import { METHODS, readShape } from "../../protocol/methods/mod.ts";
import { statusOf } from "./client_status.ts";
import { type ClientSession, RequestError, reservedError, type RunRequest } from "../session/mod.ts";
import { graver, type Verdict, verdictOfError, verdictOfSummary } from "./verdict.ts";

export interface RelayOptions {
  /** Methods that are passed on; absent: all. */
  readonly methods?: ReadonlySet<string>;
  /** Requests without an answer; no further line is taken meanwhile. */
  readonly maxPending: number;
  /** Takes an answer. */
  readonly answer: (line: string) => Promise<void>;
  /** Takes a `result` of a run as it comes, or leaves it out. */
  readonly inform: (line: string) => void;
}

interface Notification {
  readonly method: string;
  readonly params: unknown;
}

interface Request extends Notification {
  readonly id: Id;
}

export class RequestRelay {
  readonly #session: ClientSession;
  readonly #options: RelayOptions;
  #pending = 0;
  /** Called whenever a request has been answered. */
  #waiting: (() => void)[] = [];
  /** The server's id of each run under way, by the other program's own. */
  readonly #runs = new Map<Id, { readonly id: Id; readonly cancel: AbortController }>();
  #verdict: Verdict = "ok";

  constructor(session: ClientSession, options: RelayOptions) {
    this.#session = session;
    this.#options = options;
  }

  /** The gravest of all answers so far. */
  get verdict(): Verdict {
    return this.#verdict;
  }

  /** Passes one line on. Resolves when there is room for another one, not when this one is answered. */
  async take(line: string): Promise<void> {
    const message = parseLine(line, 0);
    switch (message.kind) {
      case "request":
        this.#track(this.#relay(message));
        break;
      case "notification":
        // This waits for room to send, not for an answer.
        if (message.method === "yield") this.#track(this.#notify(message));
        else await this.#notify(message);
        break;
      case "invalid":
        await this.#refuse(message.id, "usage", message.refusal);
        break;
      default:
        await this.#refuse(null, "usage", {
          reason: "invalid_request",
          message: "Write one request or notification per line",
        });
    }
    await this.#until(() => this.#pending < this.#options.maxPending);
  }

  /** Resolves when everything that was passed on is answered. */
  idle(): Promise<void> {
    return this.#until(() => this.#pending === 0);
  }

  /** Cancels every run under way: the program that sent them has gone. */
  cancelAll(): void {
    for (const { cancel } of this.#runs.values()) cancel.abort();
  }

  async #track(relayed: Promise<void>): Promise<void> {
    this.#pending++;
    await relayed;
    this.#pending--;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Not by `Promise.race`: a long run would keep something of every request that is answered meanwhile. */
  async #until(isMet: () => boolean): Promise<void> {
    while (!isMet()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Never rejects. */
  async #relay({ id, method, params }: Request): Promise<void> {
    try {
      const result = await this.#ask(id, method, params);
      await this.#options.answer(encodeResult(id, result ?? null));
    } catch (error) {
      this.#note(error);
      await this.#options.answer(encodeErrorObject(id, toErrorObject(error)));
    }
  }

  async #ask(id: Id, method: string, params: unknown): Promise<unknown> {
    this.#refuseForeign(method);
    if (method === "status") {
      const read = readShape(METHODS.status.params, params);
      if (!read.ok) throw invalidParams(read.message);
      return await statusOf(this.#session);
    }
    if (method === "run") return await (isDryRun(params) ? this.#dryRun(params) : this.#run(id, params));
    return await this.#session.request(method, method === "cancel" ? this.#toServersId(params) : params);
  }

  /** JSON-RPC does not answer a notification; a refusal is sent as the server sends it. Never rejects. */
  async #notify({ method, params }: Notification): Promise<void> {
    try {
      this.#refuseForeign(method);
      // A yield changes the place of the client, which learns the new one from the answer.
      if (method === "yield") await this.#session.request(method, params);
      else await this.#session.notify(method, method === "cancel" ? this.#toServersId(params) : params);
    } catch (error) {
      this.#note(error);
      await this.#options.answer(encodeNotification("refused", { method, ...toErrorObject(error) }));
    }
  }

  /** @throws {RequestError} for a method that is not passed on */
  #refuseForeign(method: string): void {
    const { methods } = this.#options;
    const reserved = reservedError(method);
    if (reserved !== undefined) throw reserved;
    if (methods === undefined || methods.has(method)) return;
    throw new RequestError("answered", {
      code: ErrorCode.method_not_found,
      message: `Cannot pass on ${visible(method, 100)}; the allowed methods are ${[...methods].join(", ")}`,
      data: { reason: "method_not_found" },
    });
  }

  /** The seat is shared: an id that is not ours may be the server's for the run of another program. */
  #toServersId(params: unknown): { run: Id } {
    const { run } = (params ?? {}) as { run?: Id };
    const known = run === undefined ? undefined : this.#runs.get(run);
    if (known !== undefined) return { run: known.id };
    throw invalidParams("No run with this id is in flight");
  }

  async #dryRun(params: RunRequest): Promise<unknown> {
    const summary = await this.#session.dryRun(params);
    this.#verdict = graver(this.#verdict, verdictOfSummary(summary));
    return summary;
  }

  async #run(id: Id, params: unknown): Promise<unknown> {
    if (this.#runs.has(id)) {
      const message = `A run with id ${JSON.stringify(id)} is already in flight`;
      throw new RequestError("answered", { code: ErrorCode.invalid_request, message });
    }
    const cancel = new AbortController();
    const run = this.#session.run((params ?? {}) as RunRequest, {
      signal: cancel.signal,
      onResult: (note) => this.#options.inform(encodeNotification("result", { ...note, run: id })),
    });
    this.#runs.set(id, { id: run.id, cancel });
    try {
      const summary = await run.done;
      this.#verdict = graver(this.#verdict, verdictOfSummary(summary));
      return summary;
    } finally {
      this.#runs.delete(id);
    }
  }

  #note(error: unknown): void {
    this.#verdict = graver(this.#verdict, error instanceof RequestError ? verdictOfError(error) : "failed");
  }

  async #refuse(id: Id, verdict: Verdict, refusal: Parameters<typeof encodeError>[1]): Promise<void> {
    this.#verdict = graver(this.#verdict, verdict);
    await this.#options.answer(encodeError(id, refusal));
  }
}

/** Whatever else is wrong with the params, the server says. */
function isDryRun(params: unknown): params is RunRequest {
  return typeof params === "object" && params !== null && "dry_run" in params && params.dry_run === true;
}

function invalidParams(message: string): RequestError {
  const data = { reason: "invalid_params" };
  return new RequestError("answered", { code: ErrorCode.invalid_params, message, data });
}

function toErrorObject(error: unknown): ErrorObject {
  if (error instanceof RequestError) return error.toErrorObject();
  const message = error instanceof Error ? error.message : String(error);
  return { code: ErrorCode.internal_error, message, data: { reason: "internal_error" } };
}
