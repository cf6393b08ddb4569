// Who leads, and for how long.

import { assertEquals } from "@std/assert";
import { Leadership } from "../../../src/server/seats/leadership.ts";
import type { Seat } from "../../../src/ranks/mod.ts";
import type { Member } from "../../../src/server/connection/mod.ts";
import { FakeClock } from "../../support/fake_clock.ts";

function seat(ticket: number, leaseMs: number): Seat<Member> {
  return { rank: 0, ticket, member: { leaseMs } } as unknown as Seat<Member>;
}

function make(leadAfterMs = 0) {
  const clock = new FakeClock();
  const leadership = new Leadership(clock, leadAfterMs);
  const current = () => {
    const { current } = leadership;
    return current && [current.seat.ticket, current.forMs];
  };
  return { clock, leadership, current };
}

Deno.test("a client leads as soon as it has rank 0 and a lease", () => {
  const { clock, leadership, current } = make();
  leadership.note(seat(1, 0));
  assertEquals(current(), undefined);
  clock.advance(10);
  leadership.note(seat(1, 500));
  clock.advance(20);
  leadership.note(seat(1, 900));
  assertEquals(current(), [1, 20]);
  leadership.note(seat(2, 500));
  assertEquals(current(), [2, 0]);
  leadership.note(undefined);
  assertEquals(current(), undefined);
});

Deno.test("a leader from before the start has led since then, unless it had to stop", () => {
  const known = make();
  known.leadership.noteRestored(seat(1, 500));
  known.clock.advance(30);
  known.leadership.note(seat(1, 500));
  assertEquals(known.current(), [1, undefined]);
  known.leadership.note(seat(2, 500));
  assertEquals(known.current(), [2, 0]);
  const unknown = make(100);
  unknown.leadership.noteRestored(seat(1, 500));
  unknown.clock.advance(99);
  assertEquals(unknown.current(), undefined);
  unknown.clock.advance(6);
  assertEquals(unknown.current(), [1, 5]);
});

Deno.test("the time before any client may lead is not counted", () => {
  const { clock, leadership, current } = make(100);
  leadership.note(seat(1, 500));
  clock.advance(150);
  assertEquals(current(), [1, 50]);
});
