// What a client can come to know, as one closed list: the connection makes these, the terminal and the pipe show them.

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
} from "../../protocol/methods/mod.ts";
import type { Id } from "../../protocol/json_rpc/mod.ts";

/** An outcome of an `execute` that this client was asked for. */
export type Execution = Pick<RunResult, "status" | "code" | "signal" | "stdout" | "stderr" | "reason"> & {
  /** Nothing was started; `stdout` says what would have been. */
  readonly isDryRun?: boolean;
};

export type ClientEvent =
  | { readonly kind: "connected"; readonly host: string; readonly port: number }
  /** `isBack`: it is the seat that this client had before its connection broke. */
  | { readonly kind: "welcome"; readonly welcome: Welcome; readonly isBack?: boolean }
  /** All seats are taken; this client waits for one. */
  | { readonly kind: "waiting"; readonly waiting: Waiting }
  /** The seat that this client had cannot be taken back; the next welcome is to a new one. */
  | { readonly kind: "seat_lost"; readonly why: string }
  | { readonly kind: "promoted"; readonly promoted: Promoted }
  /** The answer to a `yield` of ours: our place is now this one. */
  | { readonly kind: "yielded"; readonly place: Omit<Place, "resume"> }
  | { readonly kind: "result"; readonly result: ResultNote }
  | { readonly kind: "roster_changed"; readonly change: RosterChanged }
  /** The server's allow-list is another one now. */
  | { readonly kind: "commands_changed"; readonly commands: readonly string[] }
  | { readonly kind: "refused"; readonly refused: Refused }
  /** `id` is absent when nobody waits for the answer. */
  | { readonly kind: "execute"; readonly id?: Id | undefined; readonly execute: ExecuteParams }
  /** This client has carried out (or refused, or given up) an `execute`. */
  | {
    readonly kind: "executed";
    readonly id?: Id;
    readonly execute: ExecuteParams;
    readonly execution: Execution;
  }
  | { readonly kind: "cancel"; readonly id: Id }
  | { readonly kind: "closing"; readonly closing: Closing }
  /**
   * `retryInMs` is absent when no further attempt is made; `isUnauthenticated`: because the server wants a token, or
   * another one.
   */
  | {
    readonly kind: "disconnected";
    readonly why: string;
    readonly retryInMs?: number;
    readonly isUnauthenticated?: boolean;
  }
  /** The consumer was too slow: so many events before the next one were dropped. */
  | { readonly kind: "missed"; readonly count: number };
