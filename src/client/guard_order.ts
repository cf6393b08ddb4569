// What a leading client tells the guard of its program, one JSON object a line. Only this project's own two processes
// talk like this; the pipe between them is private, and its end is an order, too.

import type { LeaveServer } from "./leave_for.ts";

export type GuardOrder =
  | GuardStart
  /** There is a newer proof of rank 0: nothing of the program may be left by this time. */
  | { readonly do: "renew"; readonly goneBy: number }
  /** With this token the seat can be given up; absent: it cannot. */
  | { readonly do: "keep_token"; readonly token?: string | undefined }
  | { readonly do: "stop" };

export interface GuardStart {
  readonly do: "start";
  readonly argv: readonly string[];
  /** Added to the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** In ms since 1970: the sender may be stopped before the line is read, and then it must not be worth more. */
  readonly goneBy: number;
  /** No renewal is worth more than this, whatever became of the clock. */
  readonly leaseMs: number;
  readonly killAfterMs: number;
  /** Where the seat is, and the token that lets the guard in there. */
  readonly server: LeaveServer;
  readonly token?: string | undefined;
}

export function encodeOrder(order: GuardOrder): string {
  return JSON.stringify(order);
}

/** The pipe's other end is a program of the same version: nothing but one of our lines comes out of it. */
export function parseOrder(line: string): GuardOrder {
  return JSON.parse(line) as GuardOrder;
}
