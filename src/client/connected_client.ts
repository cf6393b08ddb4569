// A client as its faces see it: the connection, the executor and the own place behind one port.

import type { DryRunSummary, RunSummary } from "../protocol/methods/mod.ts";
import type {
  ClientEvent,
  DroppableSession,
  OwnPlace,
  RequestOptions,
  RunOptions,
  RunRequest,
  StartedRun,
} from "./session/mod.ts";
import type { Connection, PlaceTracker } from "./connection/mod.ts";
import type { Executor } from "./executor/mod.ts";

export class ConnectedClient implements DroppableSession {
  readonly events: AsyncIterable<ClientEvent>;
  readonly #connection: Connection;
  readonly #tracker: PlaceTracker;
  readonly #executor: Executor | undefined;

  constructor(parts: {
    readonly connection: Connection;
    readonly events: AsyncIterable<ClientEvent>;
    readonly tracker: PlaceTracker;
    readonly executor: Executor | undefined;
  }) {
    this.events = parts.events;
    this.#connection = parts.connection;
    this.#tracker = parts.tracker;
    this.#executor = parts.executor;
  }

  get place(): OwnPlace | undefined {
    return this.#tracker.place;
  }

  request(method: string, params?: unknown, options?: RequestOptions): Promise<unknown> {
    return this.#connection.request(method, params, options).done;
  }

  notify(method: string, params?: unknown): Promise<void> {
    return this.#connection.notify(method, params);
  }

  run(params: RunRequest, { signal, onResult }: RunOptions = {}): StartedRun {
    const options = onResult === undefined ? {} : { onResult };
    const { id, done } = this.#connection.request("run", params, options);
    // A refusal only says that the run has ended meanwhile, and then its answer is on the way.
    const cancel = () => this.request("cancel", { run: id }).catch(() => {});
    if (signal?.aborted) cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    const forget = () => signal?.removeEventListener("abort", cancel);
    done.then(forget, forget);
    return { id, done: done as Promise<RunSummary | DryRunSummary> };
  }

  drop(why: string): void {
    this.#connection.drop(why);
  }

  /** What is executed is stopped first, so that its answers are still sent. */
  async close(): Promise<void> {
    await this.#executor?.stop();
    await this.#connection.close();
  }
}
