// A connected client, as programs and the faces of rankclient (terminal, pipe, control socket) use it. Connection and
// executor stay behind these interfaces, so that a test's fake is a plain object.

import type { Id } from "../../protocol/json_rpc/mod.ts";
import type { DryRunSummary, ResultNote, RunSummary, ServerLimits } from "../../protocol/methods/mod.ts";
import type { ClientEvent } from "./client_event.ts";
import type { RequestArguments, RequestOptions, RequestResult } from "./request_types.ts";

/** What a client knows of its own place. Kept current by `welcome`, `promoted` and the answer to `yield`. */
export interface OwnPlace {
  /** How many members rank above this one: 0 is the highest. */
  readonly rank: number;
  /** Arrival number, never reused. A lower one outranks a higher one. */
  readonly ticket: number;
  /** Version of the roster when this place was reported. */
  readonly epoch: number;
  /** Members at `epoch`. The server does not report joins below this client, so there may be more by now. */
  readonly members: number;
  /** How many seats the server has. */
  readonly capacity: number;
  /** Names of the allowed commands. */
  readonly commands: readonly string[];
  /** The server's limits on what this client sends. */
  readonly limits: ServerLimits;
}

/** A command to send. */
export interface RunRequest {
  /** A name on the server's allow-list. */
  readonly command: string;
  /** Its arguments, by position. */
  readonly args?: readonly string[] | undefined;
  /** Ranks to send it to, as they are when it arrives; without any kind of target, every client below executes it. */
  readonly to?: readonly number[] | undefined;
  /** Tickets to send it to: arrival numbers, which never change. */
  readonly to_tickets?: readonly number[] | undefined;
  /** Names to send it to, each of just one client below. */
  readonly to_names?: readonly string[] | undefined;
  /** Send it to this rank and all below it. */
  readonly from_rank?: number | undefined;
  /** Overrides the command's own timeout; the server may cap it. */
  readonly timeout_ms?: number | undefined;
  /** Whose results to receive: of all executors, of those that did not end with `ok`, or none; all are counted. */
  readonly results?: "all" | "not_ok" | "none" | undefined;
}

/** How a run may be followed, and cancelled. */
export interface RunOptions {
  /** When aborted, the server is asked to cancel the run, which then still has its answer. */
  readonly signal?: AbortSignal | undefined;
  /** Called for each executor's result as it arrives, always before `done` resolves. Must not throw. */
  readonly onResult?: ((result: ResultNote) => void) | undefined;
}

/** A run in flight. */
export interface StartedRun {
  /** The `run` of the `result` events that belong to it. */
  readonly id: Id;
  /** The answer. Rejects with a {@linkcode RequestError}. */
  readonly done: Promise<RunSummary>;
}

/** A client that stays connected: what {@linkcode openClient} returns. */
export interface Client {
  /** The current place; `undefined` while this client has no seat. */
  readonly place: OwnPlace | undefined;

  /**
   * Everything that happens, in order, for one consumer. Ends after `close()`, and when the connection is lost for good
   * (the last event is then `disconnected` without `retryInMs`). A consumer that is too slow misses the oldest events;
   * a `missed` event says how many. Leaving the loop ends the events, but not the client.
   */
  readonly events: AsyncIterable<ClientEvent>;

  /**
   * Sends a request and checks its answer. Params and result of a method that this version does not know are `unknown`.
   * Rejects with a {@linkcode RequestError}.
   */
  request<Method extends string>(
    method: Method,
    ...args: RequestArguments<Method>
  ): Promise<RequestResult<Method>>;

  /** Sends a command to clients below this one. */
  run(params: RunRequest, options?: RunOptions): StartedRun;

  /** Asks what a run would do; nothing is sent to its executors. Rejects with a {@linkcode RequestError}. */
  dryRun(params: RunRequest, options?: RequestOptions): Promise<DryRunSummary>;

  /**
   * Sends a notification: it has no answer, and what the server refuses comes back as a `refused` event. Waits while too
   * much is waiting to be sent. Rejects with a {@linkcode RequestError} when there is no connection.
   */
  notify(method: string, params?: unknown): Promise<void>;

  /** Takes another name, on later connections too. Rejects with a {@linkcode RequestError}. */
  rename(name: string): Promise<void>;

  /** Breaks the connection; with `reconnect` a new one is made, as if the network had failed. `reason` is reported. */
  drop(reason: string): void;

  /** Stops what it executes, releases the seat, closes the connection and ends `events`. May be called again. */
  close(): Promise<void>;
}

/** What a client under --lead reports about its program. */
export interface LeadStatus {
  readonly state: "leading" | "following" | "not connected";
  /** The one that runs; `pid` is absent until it is started, `since` is in ms since 1970. */
  readonly program?:
    | { readonly pid?: number | undefined; readonly ticket: number; readonly since: number }
    | undefined;
  /** No client may lead for so long yet: the server has just started. Absent: that is not what this client waits for. */
  readonly lead_after_ms?: number | undefined;
}

/** A client as the faces of rankclient use it: they pass on methods and answers that they need not know. */
export interface ClientSession extends Omit<Client, "request" | "drop"> {
  /** Absent when the client does not run under --lead. */
  readonly lead?: LeadStatus | undefined;

  /** Sends any request. Rejects with a `RequestError`. */
  request(method: string, params?: unknown, options?: RequestOptions): Promise<unknown>;
}

/** For a leader, which watches over the connection itself. */
export interface DroppableSession extends ClientSession {
  /** Breaks the connection; a new one is made as if the network had failed. */
  drop(reason: string): void;
}
