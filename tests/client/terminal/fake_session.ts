// A session whose other side is the test: it pushes events, sees what was asked for, and answers when it likes.

import type { DryRunSummary, RunSummary } from "../../../src/protocol/methods/mod.ts";
import type { RequestOptions } from "../../../src/client/session/request_types.ts";
import type { ClientEvent } from "../../../src/client/session/client_event.ts";
import type {
  ClientSession,
  OwnPlace,
  RunOptions,
  RunRequest,
  StartedRun,
} from "../../../src/client/session/client_session.ts";
import { SERVER_LIMITS } from "../../support/client/server_limits.ts";

export interface FakeRun {
  readonly params: RunRequest;
  readonly options: RunOptions;
  readonly answer: PromiseWithResolvers<RunSummary>;
}

export const PLACE: OwnPlace = {
  rank: 1,
  ticket: 101,
  epoch: 7,
  members: 4,
  capacity: 20,
  commands: ["ping", "restart", "uptime"],
  limits: SERVER_LIMITS,
};

export class FakeSession implements ClientSession {
  place: OwnPlace | undefined = PLACE;
  readonly runs: FakeRun[] = [];
  readonly requests: { readonly method: string; readonly params: unknown }[] = [];
  /** Gives the answers to `request`; a throw is a refusal. */
  answer: (method: string, params: unknown, options?: RequestOptions) => unknown = () => ({});
  readonly #queue: ClientEvent[] = [];
  #wake = Promise.withResolvers<void>();
  #isEnded = false;

  get events(): AsyncIterable<ClientEvent> {
    return this.#takeEvents();
  }

  /** An event, and with it the place that it leads to. */
  push(event: ClientEvent, place: OwnPlace | undefined = this.place): void {
    this.place = place;
    this.#queue.push(event);
    this.#wake.resolve();
  }

  request(method: string, params?: unknown, options?: RequestOptions): Promise<unknown> {
    this.requests.push({ method, params });
    return Promise.try(() => this.answer(method, params, options));
  }

  notify(): Promise<void> {
    return Promise.resolve();
  }

  async rename(name: string): Promise<void> {
    await this.request("hello", { name });
  }

  run(params: RunRequest, options: RunOptions = {}): StartedRun {
    const answer = Promise.withResolvers<RunSummary>();
    // As the server reads them: a key without a value is not sent.
    this.runs.push({ params: JSON.parse(JSON.stringify(params)), options, answer });
    return { id: this.runs.length, done: answer.promise };
  }

  dryRun(params: RunRequest, options?: RequestOptions): Promise<DryRunSummary> {
    return this.request("run", { ...params, dry_run: true }, options) as Promise<DryRunSummary>;
  }

  close(): Promise<void> {
    this.#isEnded = true;
    this.#wake.resolve();
    return Promise.resolve();
  }

  async *#takeEvents(): AsyncIterable<ClientEvent> {
    for (;;) {
      const event = this.#queue.shift();
      if (event !== undefined) {
        yield event;
      } else if (this.#isEnded) {
        return;
      } else {
        this.#wake = Promise.withResolvers();
        await this.#wake.promise;
      }
    }
  }
}
