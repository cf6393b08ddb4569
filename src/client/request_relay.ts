// Passes JSON-RPC requests on to the server for somebody else, who keeps the ids that they chose: the JSON lines of the
// pipe, and the connections of the control socket.

import { ErrorCode } from "../protocol/errors.ts";
import {
  encodeError,
  encodeNotification,
  encodeResult,
  type ErrorObject,
  type Id,
  parseLine,
} from "../protocol/json_rpc.ts";
import type { DryRunSummary, RunSummary } from "../protocol/methods.ts";
import { statusOf } from "./client_status.ts";
import { encodeErrorObject } from "./encode_error_object.ts";
import { RequestError } from "./request_error.ts";
import type { ClientSession, RunRequest } from "./session_port.ts";
import { graver, type Verdict, verdictOfError, verdictOfSummary } from "./verdict.ts";

export interface RelayOptions {
  /** Methods that may be asked for; absent: all. */
  readonly methods?: ReadonlySet<string>;
  /** Requests without an answer; no further line is taken meanwhile. */
  readonly maxPending: number;
  /** Takes an answer. */
  readonly answer: (line: string) => Promise<void>;
  /** Takes a `result` of a run as it comes, or leaves it out. */
  readonly inform: (line: string) => void;
}

type Request = { readonly id: Id; readonly method: string; readonly params: unknown };

export class RequestRelay {
  readonly #session: ClientSession;
  readonly #options: RelayOptions;
  #pending = 0;
  /** Called whenever a request has been answered. */
  #waiting: (() => void)[] = [];
  /** The server's id of each run under way, by the asker's own. */
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
        await this.#notify(message.method, message.params);
        break;
      case "invalid":
        await this.#refuse(message.id, "usage", message.refusal);
        break;
      default:
        await this.#refuse(null, "usage", {
          reason: "invalid_request",
          message: "Write one request or notification a line",
        });
    }
    await this.#until(() => this.#pending < this.#options.maxPending);
  }

  /** Resolves when everything that was passed on is answered. */
  idle(): Promise<void> {
    return this.#until(() => this.#pending === 0);
  }

  /** Cancels every run under way: the one who asked has gone. */
  cancelAll(): void {
    for (const { cancel } of this.#runs.values()) cancel.abort();
  }

  async #track(relayed: Promise<void>): Promise<void> {
    this.#pending++;
    await relayed;
    this.#pending--;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Not by `Promise.race`: a run that goes on would keep something of every request that is answered meanwhile. */
  async #until(isMet: () => boolean): Promise<void> {
    while (!isMet()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Never rejects. */
  async #relay({ id, method, params }: Request): Promise<void> {
    if (this.#options.methods?.has(method) === false) {
      const message = `Cannot pass on ${method}: allowed are ${[...this.#options.methods].join(", ")}`;
      return await this.#refuse(id, "refused", { reason: "method_not_found", message });
    }
    try {
      const result = await this.#ask(id, method, params);
      await this.#options.answer(encodeResult(id, result ?? null));
    } catch (error) {
      const verdict = error instanceof RequestError ? verdictOfError(error) : "failed";
      this.#verdict = graver(this.#verdict, verdict);
      await this.#options.answer(encodeErrorObject(id, toErrorObject(error)));
    }
  }

  async #ask(id: Id, method: string, params: unknown): Promise<unknown> {
    if (method === "status") return statusOf(this.#session.place);
    if (method === "run") return await this.#run(id, params);
    if (method !== "cancel") return await this.#session.request(method, params);
    const run = this.#serversIdOf(params);
    if (run !== undefined) return await this.#session.request(method, { run });
    throw new RequestError("answered", {
      code: ErrorCode.invalid_params,
      message: "Cannot cancel: no run with that id is under way here",
      data: { reason: "invalid_params" },
    });
  }

  /** The run that a cancel is about. The seat is shared: an id that is not ours may be the server's for somebody else's. */
  #serversIdOf(params: unknown): Id | undefined {
    const { run } = (params ?? {}) as { run?: Id };
    return run === undefined ? undefined : this.#runs.get(run)?.id;
  }

  async #run(id: Id, params: unknown): Promise<unknown> {
    if (this.#runs.has(id)) {
      const message = `Cannot begin a run: one with id ${JSON.stringify(id)} is under way`;
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
      this.#verdict = graver(this.#verdict, judge(summary));
      return summary;
    } finally {
      this.#runs.delete(id);
    }
  }

  async #notify(method: string, params: unknown): Promise<void> {
    if (this.#options.methods?.has(method) === false) return;
    const run = method === "cancel" ? this.#serversIdOf(params) : undefined;
    if (method === "cancel" && run === undefined) return;
    try {
      await this.#session.notify(method, run === undefined ? params : { run });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.#verdict = graver(this.#verdict, verdictOfError(error));
    }
  }

  async #refuse(id: Id, verdict: Verdict, refusal: Parameters<typeof encodeError>[1]): Promise<void> {
    this.#verdict = graver(this.#verdict, verdict);
    await this.#options.answer(encodeError(id, refusal));
  }
}

/** The summary is passed on unread, so it may be anything. */
function judge(summary: RunSummary | DryRunSummary): Verdict {
  return typeof summary === "object" && summary !== null ? verdictOfSummary(summary) : "failed";
}

function toErrorObject(error: unknown): ErrorObject {
  if (error instanceof RequestError) return error.toErrorObject();
  const message = error instanceof Error ? error.message : String(error);
  return { code: ErrorCode.internal_error, message, data: { reason: "internal_error" } };
}
