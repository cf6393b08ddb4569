// Everything a client can report, as one closed list: the connection and the executor
// make these; terminal, pipe and control socket show them.

import type {
  Closing,
  ExecuteParams,
  Place,
  Promoted,
  Refused,
  ResultNote,
  RosterChanged,
  RunResult,
  Waiting,
  Welcome,
  YieldRequested,
} from "../../protocol/methods/mod.ts";
import type { ServerAddress } from "../../words/mod.ts";
import type { Id } from "../../protocol/json_rpc/mod.ts";

/** The outcome of an `execute` that this client received. */
export type Execution = Pick<RunResult, "status" | "code" | "signal" | "stdout" | "stderr" | "reason">;

/** Where a client connects to. */
export interface ReachedAddress extends ServerAddress {
  /** Which of its addresses, of a name that has several. */
  readonly ip?: string | undefined;
}

/** Something that happened, by `kind`. */
export type ClientEvent =
  | ({ readonly kind: "connected" } & ReachedAddress)
  /**
   * This client has a seat. `isBack`: the one that it had before its connection broke. `at`: where there are several
   * addresses, the one of this connection.
   */
  | {
    readonly kind: "welcome";
    readonly welcome: Welcome;
    readonly isBack?: boolean | undefined;
    readonly at?: ReachedAddress | undefined;
  }
  /** All seats are taken; this client waits for one. */
  | { readonly kind: "waiting"; readonly waiting: Waiting }
  /** The seat that this client had cannot be taken back; the next welcome is to a new one. */
  | { readonly kind: "seat_lost"; readonly why: string }
  /** A client above has left. */
  | { readonly kind: "promoted"; readonly promoted: Promoted }
  /** This client has yielded; its place is now this one. */
  | { readonly kind: "yielded"; readonly place: Omit<Place, "resume"> }
  /** One executor's part of a run of this client. */
  | { readonly kind: "result"; readonly result: ResultNote }
  /** Members have come, left or changed; sent to clients that watch. */
  | { readonly kind: "roster_changed"; readonly change: RosterChanged }
  /** The server's allow-list was replaced. */
  | { readonly kind: "commands_changed"; readonly commands: readonly string[] }
  /** The operator has raised another client: this one is to stop what it leads and yield. */
  | { readonly kind: "yield_requested"; readonly request: YieldRequested }
  /** The server did not act on a notification. */
  | { readonly kind: "refused"; readonly refused: Refused }
  /** A command has arrived. `id` is absent when no answer is expected. */
  | { readonly kind: "execute"; readonly id?: Id | undefined; readonly execute: ExecuteParams }
  /** This client has executed a command, or only shown it, or refused it, or stopped it. */
  | {
    readonly kind: "executed";
    readonly id?: Id | undefined;
    readonly execute: ExecuteParams;
    readonly execution: Execution;
  }
  /** The answer to that `execute` is no longer wanted. */
  | { readonly kind: "cancel"; readonly id: Id }
  /** The server is about to close the connection. */
  | { readonly kind: "closing"; readonly closing: Closing }
  /**
   * The connection has ended, or could not be made. `retryInMs` is absent when no further attempt is made; `next`: with
   * several addresses, the one that is tried immediately; `isUnauthenticated`: because the server requires a token, or another one.
   */
  | {
    readonly kind: "disconnected";
    readonly why: string;
    readonly retryInMs?: number | undefined;
    readonly next?: ReachedAddress | undefined;
    readonly isUnauthenticated?: boolean | undefined;
  }
  /** The consumer was too slow: this many events before the next one were dropped. */
  | { readonly kind: "missed"; readonly count: number };
