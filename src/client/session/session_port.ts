// What the faces of the client (terminal, pipe, control socket) need of a connected client, and nothing more. They are
// written against this; connection and executor stand behind it, and a test's fake is a plain object.

import type { Id } from "../../protocol/json_rpc/mod.ts";
import type { DryRunSummary, ResultNote, RunParams, RunSummary } from "../../protocol/methods/mod.ts";
import type { ClientEvent } from "./client_event.ts";
import type { Sink } from "../../protocol/wire/mod.ts";

/** What the member knows of its own place. Kept true by `welcome`, `promoted` and the answer to `yield`. */
export interface OwnPlace {
  readonly rank: number;
  readonly ticket: number;
  readonly epoch: number;
  /** Members when `epoch` was made known to us; joins behind us are not told, so it is a lower bound. */
  readonly members: number;
  readonly capacity: number;
  /** Names of the allowed commands, for completion. */
  readonly commands: readonly string[];
}

/** Params of a run to be sent: those of the wire, where what has a default may be left out. */
export type RunRequest = Pick<RunParams, "command"> & Partial<RunParams>;

export interface RequestOptions {
  /** When aborted, the answer is not waited for any more: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface RunOptions extends RequestOptions {
  /** Called for each executor's result as it comes, always before `done` resolves. Must not throw. */
  readonly onResult?: (result: ResultNote) => void;
}

/** A run that is under way. */
export interface StartedRun {
  /** The `run` of the `result` events that belong to it. */
  readonly id: Id;
  /** The answer: a {@linkcode DryRunSummary} when `dry_run` was asked for. Rejects with a `RequestError`. */
  readonly done: Promise<RunSummary | DryRunSummary>;
}

/** What a client under --lead says of its program. */
export interface LeadStatus {
  readonly state: "leading" | "following" | "not connected";
  /** The one that runs; `pid` is absent until it is started, `since` is in ms since 1970. */
  readonly program?:
    | { readonly pid?: number | undefined; readonly ticket: number; readonly since: number }
    | undefined;
  /** No client may lead for so long yet: the server has just started. Absent: that is not what this client waits for. */
  readonly lead_after_ms?: number | undefined;
}

export interface ClientSession {
  /** The place now; `undefined` while there is no seat. */
  readonly place: OwnPlace | undefined;

  /** What a client under --lead says of its program; absent: it does not run under --lead. */
  readonly lead?: LeadStatus | undefined;

  /**
   * Everything that happens, in order, for one consumer. Ends after `close()`, and when the connection is lost for good
   * (the last event is then `disconnected` without `retryInMs`). A consumer that is too slow misses the oldest events
   * and is told how many by a `missed` event.
   */
  readonly events: AsyncIterable<ClientEvent>;

  /** Sends any request (`roster`, `yield`, `ping`...). Rejects with a `RequestError`. */
  request(method: string, params?: unknown, options?: RequestOptions): Promise<unknown>;

  /**
   * Starts a run. Aborting `signal` sends `cancel`, once; `done` then still resolves, with the statuses as they ended
   * (`cancelled` for those that had not).
   */
  run(params: RunRequest, options?: RunOptions): StartedRun;

  /**
   * Sends a notification, the fast lane: nobody answers, and what the server refuses comes back as a `refused` event.
   * Waits while too much is waiting to be sent; rejects with a `RequestError` when there is no connection.
   */
  notify(method: string, params?: unknown): Promise<void>;

  /** Leaves: stops what it executes, closes the connection, ends `events`. May be called again. */
  close(): Promise<void>;
}

/** For whoever looks after the connection itself, as a leader does. */
export interface DroppableSession extends ClientSession {
  /** Breaks the connection; a new one is made as if the network had broken it. */
  drop(why: string): void;
}

/** The keys of a terminal. */
export interface TerminalInput extends NodeJS.ReadableStream {
  setRawMode(isRaw: boolean): unknown;
}

/** What a terminal says of its screen; a size of 0 is not known. */
export interface TerminalOutput {
  readonly columns: number;
  readonly rows: number;
  readonly isTTY: boolean;
  on(event: "resize", listener: () => void): unknown;
  off(event: "resize", listener: () => void): unknown;
}

/** The terminal as the process has it; a test passes a pseudo-terminal's or two streams made to look like one. */
export interface TerminalIo {
  readonly input: TerminalInput;
  /** Says its size and whether it is a terminal. */
  readonly output: TerminalOutput;
  /** Where it is painted. A write to `output` would wait for the terminal, and the whole client with it. */
  readonly sink: Sink;
  /** Aborted by SIGTERM and SIGHUP: restore the terminal and return. Ctrl-C is the terminal's own business. */
  readonly signal: AbortSignal;
}

/** `runTerminal` of terminal.ts: shows the session until the user leaves; gives the exit code. Does not close it. */
export type RunTerminal = (session: ClientSession, io: TerminalIo) => Promise<number>;
