// A client as its users see it: the connection, the executor and its own place behind one interface.

import type { DryRunSummary } from "../protocol/methods/mod.ts";
import {
  askDryRun,
  checkResult,
  type Client,
  type ClientEvent,
  type OwnPlace,
  type RequestArguments,
  type RequestOptions,
  type RequestResult,
  type RunOptions,
  type RunRequest,
  type SendRequest,
  type StartedRun,
  startRun,
} from "./session/mod.ts";
import type { Connection, PlaceTracker } from "./connection/mod.ts";
import type { Executor } from "./executor/mod.ts";

/** The parts of a client. */
export interface ClientParts {
  readonly connection: Connection;
  readonly events: AsyncIterable<ClientEvent>;
  readonly tracker: PlaceTracker;
  readonly executor: Executor | undefined;
}

export class ConnectedClient implements Client {
  readonly events: AsyncIterable<ClientEvent>;
  readonly #connection: Connection;
  readonly #tracker: PlaceTracker;
  readonly #executor: Executor | undefined;
  readonly #send: SendRequest;

  constructor({ connection, events, tracker, executor }: ClientParts) {
    this.events = events;
    this.#connection = connection;
    this.#tracker = tracker;
    this.#executor = executor;
    this.#send = (method, params, options) => connection.request(method, params, options);
  }

  get place(): OwnPlace | undefined {
    return this.#tracker.place;
  }

  async request<Method extends string>(
    method: Method,
    ...[params, options]: RequestArguments<Method>
  ): Promise<RequestResult<Method>> {
    return checkResult(method, await this.#send(method, params, options).done);
  }

  run(params: RunRequest, options?: RunOptions): StartedRun {
    return startRun(this.#send, params, options);
  }

  dryRun(params: RunRequest, options?: RequestOptions): Promise<DryRunSummary> {
    return askDryRun(this.#send, params, options);
  }

  notify(method: string, params?: unknown): Promise<void> {
    return this.#connection.notify(method, params);
  }

  rename(name: string): Promise<void> {
    return this.#connection.rename(name);
  }

  drop(reason: string): void {
    this.#connection.drop(reason);
  }

  /** Programs are stopped first, so that their answers are still sent. */
  async close(): Promise<void> {
    await this.#executor?.stop();
    await this.#connection.close();
  }
}
