// How long a node keeps the seats of clients that are away.

import { assertEquals } from "@std/assert";
import { AwaySeats } from "../../../../src/journal/engines/cluster/away_seats.ts";
import type { RosterState } from "../../../../src/journal/mod.ts";

const GRACE_MS = 10_000;

function roster(client: { readonly n: number; readonly isAway: boolean }): RosterState {
  const seat = { ticket: 7, client: { isEvicted: false, leaseMs: 0, ...client } };
  return { seats: [seat] } as unknown as RosterState;
}

/** Calls it once a second. @returns after how many seconds the seat is over, if it is within `seconds` */
function secondsKept(
  away: AwaySeats,
  { from, seconds, resumedAt = () => 0, n = 1 }: {
    readonly from: number;
    readonly seconds: number;
    readonly resumedAt?: (second: number) => number;
    readonly n?: number;
  },
): number | undefined {
  for (let second = from; second <= from + seconds; second++) {
    const at = second * 1_000;
    const over = away.find(roster({ n, isAway: true }), at, resumedAt(second) * 1_000, GRACE_MS, 0);
    if (over.length > 0) return second - from;
  }
  return undefined;
}

Deno.test("a seat is kept for the grace time after it was seen to be away", () => {
  assertEquals(secondsKept(new AwaySeats(), { from: 100, seconds: 60 }), 10);
});

Deno.test("time without contact is not counted, and the time before it is", () => {
  const away = new AwaySeats();
  assertEquals(secondsKept(away, { from: 100, seconds: 4 }), undefined);
  const resumed = { from: 200, seconds: 60, resumedAt: () => 200 };
  assertEquals(secondsKept(away, resumed), 6);
});

Deno.test("a client has five seconds to come back after contact was lost", () => {
  const away = new AwaySeats();
  assertEquals(secondsKept(away, { from: 100, seconds: 9 }), undefined);
  assertEquals(secondsKept(away, { from: 200, seconds: 60, resumedAt: () => 200 }), 5);
});

Deno.test("a node that loses contact again and again removes the seat at last", () => {
  const resumedAt = (second: number) => Math.floor(second / 7) * 7;
  assertEquals(secondsKept(new AwaySeats(), { from: 98, seconds: 60, resumedAt }), 12);
});

Deno.test("a client that came back and is away again has the whole time", () => {
  const away = new AwaySeats();
  assertEquals(secondsKept(away, { from: 100, seconds: 9 }), undefined);
  assertEquals(secondsKept(away, { from: 110, seconds: 60, n: 2 }), 10);
});
