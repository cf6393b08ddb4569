// Who may lead, read off events and proofs alone.

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { CLOSE_REASONS } from "../../../src/protocol/methods/mod.ts";
import type { ClientEvent } from "../../../src/client/session/client_event.ts";
import { type Claim, Leadership } from "../../../src/client/lead/leadership.ts";
import type { Instant } from "../../../src/time/clock.ts";
import { goneAfterMs, termAfterMs } from "../../../src/rules/lease_times.ts";
import { holds } from "../../support/seed.ts";
import { welcomeEvent } from "../../support/client/welcome_event.ts";

const LEASE_MS = 6_000;
const TIMES = { killAfterMs: 500, marginMs: 100 };
const TERM_MS = termAfterMs({ ...TIMES, leaseMs: LEASE_MS });
const GONE_MS = goneAfterMs({ ...TIMES, leaseMs: LEASE_MS });
const EPOCH_MS = 1e12;

/** A moment; the two clocks run alike. */
function at(ms: number): Instant {
  return { running: ms, wall: EPOCH_MS + ms };
}

function welcome(rank: number, ticket: number, leadAfterMs = 0, leaseMs = LEASE_MS): ClientEvent {
  return welcomeEvent({ rank, ticket, leadAfterMs, leaseMs });
}

function yielded(rank: number, ticket: number): ClientEvent {
  const { welcome: { epoch, members, times } } = welcome(rank, ticket) as ClientEvent & { kind: "welcome" };
  return { kind: "yielded", place: { rank, ticket, epoch, members, times } };
}

const PROMOTED: ClientEvent = { kind: "promoted", promoted: { rank: 0, was: 1, epoch: 7, members: 1 } };
const DISCONNECTED: ClientEvent = { kind: "disconnected", why: "test", retryInMs: 1 };

function leader(): Leadership {
  const leadership = new Leadership(TIMES);
  leadership.note(welcome(0, 5), at(0));
  leadership.prove(5, at(0));
  return leadership;
}

Deno.test("rank 0 alone is no claim: it has to be proven", () => {
  const leadership = new Leadership(TIMES);
  leadership.note(welcome(0, 5), at(0));
  assertEquals(leadership.claim(at(1)), undefined);
  leadership.prove(5, at(1));
  assertEquals(leadership.claim(at(2)), {
    ticket: 5,
    epoch: 1,
    leaseMs: LEASE_MS,
    goneBy: EPOCH_MS + 1 + GONE_MS,
    leftMs: GONE_MS - 1,
  });
});

Deno.test("a clock that is set back between a ping and its answer makes the proof worth no more", () => {
  const leadership = new Leadership(TIMES);
  leadership.note(welcome(0, 5), at(0));
  leadership.prove(5, at(0));
  const setBack = { running: 300, wall: EPOCH_MS - 60_000 };
  const { goneBy, leftMs } = leadership.claim(setBack)!;
  assertEquals([goneBy, leftMs], [setBack.wall + GONE_MS - 300, GONE_MS - 300]);
});

Deno.test("a proof counts from when its ping was sent, on the clock on which more time has passed", () => {
  assertEquals(typeof leader().claim(at(TERM_MS - 1)), "object");
  assertEquals(leader().claim(at(TERM_MS)), undefined);
  // The machine slept: the clock of the process did not run.
  assertEquals(leader().claim({ running: 1, wall: EPOCH_MS + TERM_MS }), undefined);
  assertEquals(leader().claim({ running: TERM_MS, wall: EPOCH_MS }), undefined);
});

Deno.test("a proof for another ticket is none", () => {
  const leadership = new Leadership(TIMES);
  leadership.note(welcome(0, 6), at(0));
  leadership.prove(5, at(1));
  leadership.prove(undefined, at(1));
  assertEquals(leadership.claim(at(2)), undefined);
});

// A machine that slept, and whose clock was set back meanwhile, sees neither on its clocks.
Deno.test("a promotion to rank 0 is a claim once a ping is answered that was sent after it", () => {
  const leadership = new Leadership(TIMES);
  leadership.note(welcome(1, 5), at(0));
  leadership.prove(5, at(0));
  assertEquals(leadership.claim(at(1)), undefined);
  leadership.note(PROMOTED, at(2));
  assertEquals(leadership.claim(at(2)), undefined);
  leadership.prove(5, at(1));
  assertEquals(leadership.claim(at(3)), undefined);
  leadership.prove(5, at(2));
  const { ticket, epoch } = leadership.claim(at(3)) as Claim;
  assertEquals([ticket, epoch], [5, 7]);
});

Deno.test("nobody leads before the server's word for it has passed, and is told how long that is", () => {
  const leadership = new Leadership(TIMES);
  leadership.note(welcome(0, 5, 1_000), at(100));
  leadership.prove(5, at(200));
  assertEquals([leadership.claim(at(300)), leadership.waitMs(at(300))], [undefined, 800]);
  assertEquals(typeof leadership.claim(at(1_100)), "object");
});

Deno.test("a broken connection keeps the seat, and proves nothing; the same seat has to be proven again", () => {
  const leadership = leader();
  leadership.note(DISCONNECTED, at(10));
  leadership.prove(5, at(11));
  assertEquals([leadership.holds(5), leadership.claim(at(12)), leadership.provable], [
    true,
    undefined,
    undefined,
  ]);
  leadership.note(welcome(0, 5), at(20));
  assertEquals(leadership.claim(at(21)), undefined);
  leadership.prove(5, at(20));
  assertEquals(typeof leadership.claim(at(21)), "object");
});

const LOSSES: ClientEvent[] = [
  { kind: "seat_lost", why: "test" },
  yielded(2, 9),
  { kind: "closing", closing: { reason: "replaced" } },
  { kind: "closing", closing: { reason: "evicted" } },
  welcome(0, 9),
];
for (const event of LOSSES) {
  Deno.test(`after "${event.kind}" (${JSON.stringify(event)}) the seat of before is not held any more`, () => {
    const leadership = leader();
    leadership.note(event, at(10));
    assertEquals([leadership.holds(5), leadership.claim(at(11))], [false, undefined]);
  });
}

Deno.test("who has yielded and is rank 0 again, or is promoted to it, leads with the new ticket once it is proven", () => {
  const leadership = leader();
  leadership.note(yielded(1, 9), at(10));
  assertEquals(leadership.provable, 9);
  leadership.note(PROMOTED, at(12));
  leadership.prove(9, at(12));
  const { ticket, epoch, leaseMs } = leadership.claim(at(13)) as Claim;
  assertEquals([ticket, epoch, leaseMs], [9, 7, LEASE_MS]);
});

Deno.test("once a yield is sent, nothing proves the old seat but a ping after the server has given it back", () => {
  const leadership = leader();
  leadership.note(PROMOTED, at(5));
  leadership.yieldSent();
  assertEquals([leadership.provable, leadership.claim(at(6))], [undefined, undefined]);
  leadership.prove(5, at(7));
  // A welcome on the same connection may have been on its way before the yield.
  leadership.note(welcome(0, 5), at(8));
  leadership.prove(5, at(9));
  assertEquals(leadership.claim(at(10)), undefined);
  leadership.note(DISCONNECTED, at(11));
  leadership.note(welcome(0, 5), at(12));
  assertEquals(leadership.claim(at(13)), undefined);
  leadership.prove(5, at(14));
  assertEquals(leadership.claim(at(15))?.ticket, 5);
});

Deno.test("a yield that was refused leaves the seat as it was, after a new proof", () => {
  const leadership = leader();
  leadership.yieldSent();
  leadership.yieldRefused();
  assertEquals([leadership.holds(5), leadership.claim(at(10))], [true, undefined]);
  leadership.prove(5, at(11));
  assertEquals(leadership.claim(at(12))?.ticket, 5);
});

const TAKEN = ["left", "replaced", "evicted", "revoked"];
for (const reason of [...CLOSE_REASONS, "a reason of a later version", "constructor"]) {
  const isHeld = !TAKEN.includes(reason);
  Deno.test(`closed for "${reason}", the seat ${isHeld ? "may still be ours" : "is not ours"}`, () => {
    const leadership = leader();
    leadership.note({ kind: "closing", closing: { reason } }, at(10));
    assertEquals(leadership.holds(5), isHeld);
  });
}

Deno.test("a lease that is too short is told", () => {
  const leadership = new Leadership(TIMES);
  leadership.note(welcome(1, 5, 0, 600), at(0));
  assertEquals(leadership.shortLeaseMs, 600);
  assertEquals(leader().shortLeaseMs, undefined);
});

Deno.test("whatever happens in whatever order, a claim is never for longer than a proof of its own seat allows", () => {
  const events = fc.oneof(
    fc.tuple(fc.nat(1), fc.integer({ min: 1, max: 3 })).map(([rank, ticket]) => welcome(rank, ticket)),
    fc.constantFrom(PROMOTED, DISCONNECTED, ...LOSSES),
  );
  const step = fc.oneof(
    fc.record({ kind: fc.constant("event" as const), event: events }),
    fc.record({
      kind: fc.constant("prove" as const),
      ticket: fc.integer({ min: 1, max: 3 }),
      ageMs: fc.nat(4_000),
    }),
    fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(3_000) }),
  );
  holds(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const leadership = new Leadership(TIMES);
    const newest = new Map<number, number>();
    let now = 0;
    for (const one of steps) {
      if (one.kind === "event") leadership.note(one.event, at(now));
      else if (one.kind === "wait") now += one.ms;
      else {
        leadership.prove(one.ticket, at(now - one.ageMs));
        newest.set(one.ticket, Math.max(newest.get(one.ticket) ?? -Infinity, now - one.ageMs));
      }
      const claim = leadership.claim(at(now));
      if (claim === undefined) continue;
      if (claim.leftMs > claim.goneBy - at(now).wall) throw new Error("the two times differ");
      const latestEnd = newest.get(claim.ticket)! + EPOCH_MS + LEASE_MS - TIMES.marginMs;
      if (claim.goneBy > latestEnd) throw new Error(`${claim.goneBy} is after ${latestEnd}`);
      if (now - newest.get(claim.ticket)! >= TERM_MS) throw new Error("it is over");
    }
  }));
});
