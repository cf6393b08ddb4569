// The messages between a client and its guard, one JSON object per line: orders on the guard's standard input, reports on
// a descriptor of their own. Both ends are the same version of this project, and the pipes are private.

import type { LeaveServer } from "../../connection/mod.ts";

export type GuardOrder =
  | GuardStart
  | ({ readonly do: "renew"; readonly run: number } & TimeLeft)
  /** This token releases the seat; absent: the seat cannot be released. */
  | { readonly do: "keep_token"; readonly run: number; readonly token?: string | undefined }
  | { readonly do: "stop"; readonly run: number }
  /** Asks for an "alive". */
  | { readonly do: "check" };

/** How long rank 0 is proven for: by then the program must be gone. The smaller of the two counts. */
export interface TimeLeft {
  /** In ms since 1970: the line must not be worth more if its sender is suspended before it is read. */
  readonly goneBy: number;
  /** In ms from the sending of this line, on a clock that cannot be set. */
  readonly leftMs: number;
}

export interface GuardStart extends TimeLeft {
  readonly do: "start";
  /** Numbers the starts of one guard: an order for an earlier one has no effect. */
  readonly run: number;
  readonly argv: readonly string[];
  /** Added to the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** No renewal is worth more than this, whatever the clocks say. */
  readonly leaseMs: number;
  readonly killAfterMs: number;
  /** The server of the seat, and the token that releases it there. */
  readonly server: LeaveServer;
  readonly token?: string | undefined;
}

export type GuardReport =
  /** The guard takes orders, and ignores signals. */
  | { readonly report: "ready" }
  /** The program runs, as the first of the process group with this number. */
  | { readonly report: "started"; readonly run: number; readonly group: number }
  | { readonly report: "ended"; readonly run: number; readonly end: GuardEnd }
  | { readonly report: "alive" }
  | { readonly report: "say"; readonly line: string };

export type GuardEnd =
  /** The program ended by itself. `code` is 128 and the signal's number for one that a signal has ended. */
  | { readonly kind: "ended"; readonly code: number; readonly signal?: string | undefined }
  /** The guard stopped it, or did not start it. */
  | { readonly kind: "stopped" }
  /** KILL was sent, and yet the group may not be gone: a process hangs in a system call, or cannot be seen. */
  | { readonly kind: "unsure" };

export function encodeMessage(message: GuardOrder | GuardReport): string {
  return JSON.stringify(message);
}

export function parseOrder(line: string): GuardOrder {
  return JSON.parse(line) as GuardOrder;
}

export function parseReport(line: string): GuardReport {
  return JSON.parse(line) as GuardReport;
}
