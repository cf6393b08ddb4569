// What a client and the guard of its program say to each other, one JSON object a line: orders to the guard's standard
// input, reports from a descriptor of its own. Both ends are the same version of this project, and the pipes are private.

import type { LeaveServer } from "../../connection/mod.ts";

export type GuardOrder =
  | GuardStart
  | ({ readonly do: "renew"; readonly run: number } & TimeLeft)
  /** With this token the seat can be given up; absent: it cannot. */
  | { readonly do: "keep_token"; readonly run: number; readonly token?: string | undefined }
  | { readonly do: "stop"; readonly run: number };

/** How long rank 0 is proven for: by then nothing of the program may be left. The smaller of the two counts. */
export interface TimeLeft {
  /** In ms since 1970: a sender that is stopped before the line is read must not make it worth more. */
  readonly goneBy: number;
  /** In ms from the sending of this line, by a clock that cannot be set. */
  readonly leftMs: number;
}

export interface GuardStart extends TimeLeft {
  readonly do: "start";
  /** Numbers the starts of one guard: an order for an earlier one is void. */
  readonly run: number;
  readonly argv: readonly string[];
  /** Added to the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** No renewal is worth more than this, whatever became of the clocks. */
  readonly leaseMs: number;
  readonly killAfterMs: number;
  /** Where the seat is, and the token that gives it up there. */
  readonly server: LeaveServer;
  readonly token?: string | undefined;
}

export type GuardReport =
  /** The guard listens, and no signal but KILL and STOP harms it any more. */
  | { readonly report: "ready" }
  /** The program runs, as the first of the process group with this number. */
  | { readonly report: "started"; readonly run: number; readonly group: number }
  | { readonly report: "ended"; readonly run: number; readonly end: GuardEnd }
  | { readonly report: "say"; readonly line: string };

export type GuardEnd =
  /** The program ended by itself. `code` is 128 and the signal's number for one that a signal has ended. */
  | { readonly kind: "ended"; readonly code: number; readonly signal?: string | undefined }
  /** The guard stopped it, or did not start it. */
  | { readonly kind: "stopped" }
  /** KILL was sent, and yet something of it is there: in the middle of a call to the system that does not end. */
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
