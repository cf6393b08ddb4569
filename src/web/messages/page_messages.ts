// What the server sends to an open page: the events of GET <base>/events, each one JSON text in `data:`. The page imports
// these types too, and nothing else of the server.

import type { ServerFigures, WaitingClient } from "../../protocol/methods/mod.ts";

/** The figures of `rankserver --status`, without its lists. */
export type Figures = ServerFigures;

/** A member in the page. Its rank is its index in the order of tickets. */
export interface PageMember {
  readonly ticket: number;
  readonly name: string;
  /** "ip:port". */
  readonly address: string;
  /** When it took its seat, in ms since 1970. */
  readonly since: number;
  /** Its lease, in ms; absent: it has none. */
  readonly leaseMs?: number | undefined;
  /** Its connection broke and its seat is kept for it. */
  readonly away?: true | undefined;
  /** In a cluster: the id of the node that it is connected to, or was last. */
  readonly node?: string | undefined;
  /** It leads: it has rank 0 and a lease. */
  readonly leads?: true | undefined;
}

/** A client in the waiting room; `place` is counted from 1. */
export type PageWaiting = WaitingClient;

/** An executor of a run that failed. */
export interface PageFailure {
  readonly rank: number;
  /** Absent: it has chosen none. */
  readonly name?: string | undefined;
  readonly status: string;
}

interface ActivityOf<Kind extends string> {
  /** Grows by one with each entry. */
  readonly id: number;
  /** In ms since 1970. */
  readonly at: number;
  readonly kind: Kind;
}

/** The client of an entry. */
export interface ActivityClient {
  /** "ip:port". */
  readonly address: string;
  /** Absent: it has chosen none. */
  readonly name?: string | undefined;
  readonly rank?: number | undefined;
  readonly ticket?: number | undefined;
}

/** `args` is absent where the log does not show arguments, or where those of several commands differ. */
interface ActivityCommand {
  readonly command: string;
  readonly args?: readonly string[] | undefined;
}

/** What happened, newest last. */
export type Activity =
  /** `count` equal commands in a row; `run` is the number of the run that it began. */
  | ActivityOf<"command"> & ActivityCommand & {
    readonly by: ActivityClient;
    readonly executors: number;
    readonly count: number;
    readonly run?: number | undefined;
  }
  | ActivityOf<"refused"> & ActivityCommand & {
    readonly by: ActivityClient;
    readonly reason: string;
    readonly message?: string | undefined;
  }
  /** `counts` by status; `failures` has the first executors whose status is neither `ok` nor `delivered`. */
  | ActivityOf<"run"> & {
    readonly run: number;
    readonly command: string;
    readonly counts: Readonly<Record<string, number>>;
    readonly failures: readonly PageFailure[];
    readonly ms: number;
  }
  | ActivityOf<"joined" | "named" | "back" | "yielded" | "raised"> & { readonly client: ActivityClient }
  /** It was disconnected; its seat is kept for `keepMs`. */
  | ActivityOf<"away"> & {
    readonly client: ActivityClient;
    readonly reason: string;
    readonly keepMs: number;
  }
  | ActivityOf<"left"> & { readonly client: ActivityClient; readonly reason: string }
  /** `by` is absent for the operator. */
  | ActivityOf<"evicted"> & { readonly client: ActivityClient; readonly by?: string | undefined }
  /** A connection that was not let in, or a login that failed. */
  | ActivityOf<"turned_away"> & { readonly client: ActivityClient; readonly reason: string }
  /** About the server itself: reloads, faults, shutdowns, its cluster. */
  | ActivityOf<"server"> & { readonly level: "info" | "warning" | "error"; readonly text: string };

/** One of the 360 points of the last hour; rates are means over the 10 seconds before `at`. */
export interface ChartPoint {
  /** In ms since 1970. */
  readonly at: number;
  readonly members: number;
  readonly commandsPerSecond: number;
  /** Executors of runs that ended without `ok` or `delivered`, and refused commands. */
  readonly failures: number;
}

/** `event: snapshot`, the first one of a stream. */
export interface Snapshot {
  readonly server: Figures;
  /** In the order of tickets, the first 10,000; `server.members` has the number of all. */
  readonly members: readonly PageMember[];
  readonly waiting: readonly PageWaiting[];
  readonly activity: readonly Activity[];
  readonly chart: readonly ChartPoint[];
}

/** `event: changes`. */
export interface Changes {
  readonly server: Figures;
  readonly joined: readonly PageMember[];
  /** Their tickets. */
  readonly left: readonly number[];
  /** Members as they are now. */
  readonly changed: readonly PageMember[];
  /** The whole list; absent: it has not changed. */
  readonly waiting?: readonly PageWaiting[] | undefined;
}

/** The events of a stream and their data. */
export interface PageEvents {
  readonly snapshot: Snapshot;
  readonly changes: Changes;
  readonly activity: readonly Activity[];
  readonly chart: ChartPoint;
}

/**
 * What GET <base>/session says about who looks at the page: 200 for one that may watch. With tokens, one without a
 * session gets 401 and `{ "needsToken": true }`; POST <base>/login {"token": "..."} starts one, POST <base>/logout ends it.
 */
export interface PageSession {
  readonly needsToken: boolean;
  /** The name of the token. */
  readonly name?: string | undefined;
  /** Whether POST <base>/actions is allowed: the token has the right to evict. */
  readonly mayOperate: boolean;
  /** Whether a seat can be taken at <base>/ws. */
  readonly seats: boolean;
  /** Too many pages are open: GET <base>/events would be refused now. */
  readonly isFull?: true | undefined;
}

/** What POST <base>/actions takes. The answer is 200 {"text": "..."}, or 4xx {"error": "..."}; both are for people. */
export type PageAction =
  | { readonly action: "evict"; readonly ticket: number }
  | { readonly action: "reload" }
  | { readonly action: "shutdown" };

/** The body of every answer that is not 2xx. */
export interface PageError {
  readonly error: string;
}
