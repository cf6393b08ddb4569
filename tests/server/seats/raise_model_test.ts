// Any history of members that join, leave, yield and are raised, with and without leases: the guarantees hold after
// every step. With a clock that the test controls.

import { assert, assertEquals, assertGreater, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import type { Seat } from "../../../src/ranks/rank_manager.ts";
import type { Member } from "../../../src/server/connection/member.ts";
import { Session } from "../../../src/server/connection/session.ts";
import { memoryJournal } from "../../support/server/journals.ts";
import { Seating } from "../../../src/server/seats/seating.ts";
import type { Yields } from "../../../src/server/seats/yields.ts";
import { SERVER_LIMITS } from "../../support/client/server_limits.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { holds } from "../../support/seed.ts";
import { FakeConnection, fakeSessions } from "../../support/server/fake_sessions.ts";

const LEASE_MS = 2_000;

class World {
  readonly clock = new FakeClock();
  readonly capacity: number;
  readonly seating: Seating;
  readonly sessions: Session[] = [];
  /** Sessions that have stopped what they lead and said so. */
  readonly #stopped = new Set<Session>();
  readonly #lowest = new Map<Seat<Member>, number>();
  readonly #make: ReturnType<typeof fakeSessions>["make"];
  #first: { readonly seat: Seat<Member>; readonly session: Session } | undefined;
  #isRaising = false;

  constructor(capacity: number, graceMs: number) {
    this.capacity = capacity;
    this.#make = fakeSessions({
      outboxBytes: 65_536,
      onClosed: (session, reason) => this.seating.depart(session, reason),
    }).make;
    let issued = 0;
    this.seating = new Seating({
      retryAfterMs: 1_000,
      limits: SERVER_LIMITS,
      ...{ capacity, commands: [], logPromotions: 10, waitingCapacity: 3, maxLeaseMs: LEASE_MS },
      times: { heartbeat_ms: 1_000, silence_ms: 3_000, resume_grace_ms: graceMs },
      tokens: { issue: () => `${++issued}`, hash: (token) => token },
      ...{ journal: memoryJournal(), clock: this.clock, confirmMs: 1_000 },
      report: ({ event }) => {
        if (event === "client_raised") this.#checkRaised();
      },
      afterIo: (callback) => callback(),
      flush: () => {},
      onLease: () => {},
      onMoved: () => {},
    });
  }

  join(hasLease: boolean): Session {
    const session = this.#make(new FakeConnection());
    session.mode = "json";
    session.lastHeardAt = this.clock.now();
    let isFull = false;
    this.seating.admit(session, () => isFull = true);
    if (isFull) return session;
    if (hasLease) this.seating.details.lease(session, LEASE_MS);
    if (session.seat !== undefined) this.seating.welcome(session.seat);
    this.sessions.push(session);
    return session;
  }

  /** The connection breaks; without a lease or grace the seat is free. */
  break(who: number): void {
    this.#pick(who)?.close("reset");
  }

  yield(who: number): void {
    const session = this.#pick(who);
    if (session === undefined) return;
    if (this.seating.roster[0]?.member === session) this.#stopped.add(session);
    this.seating.yields.moveToEnd(session, () => {});
  }

  raise(who: number): ReturnType<Yields["raise"]> | undefined {
    const { roster } = this.seating;
    const seat = roster[who % roster.length];
    if (seat === undefined) return undefined;
    this.#isRaising = true;
    const waitMs = this.seating.yields.raise(seat);
    this.#isRaising = false;
    return waitMs;
  }

  /** Clients that are connected send pings. */
  advance(ms: number): void {
    for (let left = ms; left > 0; left -= 100) {
      this.clock.advance(Math.min(left, 100));
      for (const session of this.sessions) if (session.isOpen) session.lastHeardAt = this.clock.now();
    }
  }

  check(): void {
    const { roster } = this.seating;
    assertEquals(roster.map(({ rank }) => rank), [...roster.keys()], "G1");
    assertLessOrEqual(roster.length, this.capacity, "G3");
    let above = 0;
    for (const seat of roster) {
      assertGreater(seat.ticket, above, "G2: order of arrival");
      above = seat.ticket;
      assertLessOrEqual(seat.rank, this.#lowest.get(seat) ?? Infinity, "G2: demoted");
      this.#lowest.set(seat, seat.rank);
      // Each session has at most the seat that it knows.
      if (seat.member instanceof Session) assert(seat.member.seat === seat);
    }
    this.#checkLeader(roster[0]);
  }

  /** G11: rank 0 passes on only when its holder has stopped, has no lease, or its lease is over. */
  #checkLeader(first: Seat<Member> | undefined): void {
    const before = this.#first;
    if (before !== undefined && before.seat !== first) {
      const { session } = before;
      const hasStopped = this.#stopped.has(session) || session.leaseMs === 0 ||
        (!session.isOpen && session.lastHeardAt + session.leaseMs <= this.clock.now());
      assert(hasStopped, `rank 0 passed on while ticket ${before.seat.ticket} may lead`);
    }
    this.#stopped.clear();
    if (first === undefined) this.#first = undefined;
    else if (first !== before?.seat) {
      const { member } = first;
      this.#first = member instanceof Session ? { seat: first, session: member } : undefined;
    }
  }

  /** A raise that waited for a leader gives rank 0 only to a member that may lead. */
  #checkRaised(): void {
    if (this.#isRaising) return;
    const { isOpen, leaseMs } = this.seating.unsettledRoster[0]!.member;
    assert(isOpen && leaseMs > 0, "a member that cannot lead was raised above a leader");
  }

  #pick(who: number): Session | undefined {
    const open = this.sessions.filter(({ isOpen, seat }) => isOpen && seat !== undefined);
    return open[who % open.length];
  }
}

const who = fc.nat(100);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.boolean().map((hasLease) => (world: World) => void world.join(hasLease)) },
  { weight: 2, arbitrary: who.map((who) => (world: World) => world.break(who)) },
  { weight: 2, arbitrary: who.map((who) => (world: World) => world.yield(who)) },
  { weight: 4, arbitrary: who.map((who) => (world: World) => void world.raise(who)) },
  { weight: 3, arbitrary: fc.nat(3_000).map((ms) => (world: World) => world.advance(ms)) },
);

Deno.test("G1, G2, G3, G11: hold after every step of any history with raises", () => {
  holds(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.constantFrom(0, 5_000),
      fc.array(step, { maxLength: 60, size: "max" }),
      (capacity, graceMs, steps) => {
        const world = new World(capacity, graceMs);
        for (const take of steps) {
          take(world);
          world.check();
        }
        world.seating.stop();
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("a raise puts those above at the end in their order, and happens within the time that it states", () => {
  holds(
    fc.property(fc.array(fc.boolean(), { minLength: 2, maxLength: 6 }), who, (leases, whom) => {
      const world = new World(leases.length, 0);
      const sessions = leases.map((hasLease) => world.join(hasLease));
      const rank = whom % leases.length;
      const waitMs = world.raise(rank);
      const mayNotLead = rank > 0 && leases[0] && !leases[rank];
      assertEquals(typeof waitMs === "number", !mayNotLead);
      if (typeof waitMs !== "number") return;
      assertEquals(waitMs > 0, rank > 0 && leases[0]);
      // A leader that ignores the request is evicted, and does not come back.
      world.advance(waitMs);
      const expected = [...sessions.slice(rank), ...sessions.slice(waitMs > 0 ? 1 : 0, rank)];
      assertEquals(world.seating.roster.map(({ member }) => sessions.indexOf(member as Session)), [
        ...expected.map((session) => sessions.indexOf(session)),
      ]);
      assertEquals(sessions[0]!.isOpen, waitMs === 0);
      world.seating.stop();
    }),
  );
});
