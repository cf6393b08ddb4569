// Leases: a seat with a lease is not given to another client before the lease ends. With a clock that the test controls.

import { assertEquals } from "@std/assert";
import type { ServerEvent } from "../../../src/log/server_event.ts";
import type { CloseReason } from "../../../src/protocol/methods/mod.ts";
import type { Journal } from "../../../src/journal/engines/journal.ts";
import type { JournalRecord } from "../../../src/journal/record.ts";
import type { Member } from "../../../src/server/connection/member.ts";
import { Seating } from "../../../src/server/seats/seating.ts";
import type { Session } from "../../../src/server/connection/session.ts";
import { memoryJournal, restoredJournal } from "../../support/server/journals.ts";
import { FakeConnection, fakeSessions } from "../../support/server/fake_sessions.ts";
import { startServer } from "../../support/server/start_server.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { SERVER_LIMITS } from "../../support/client/server_limits.ts";

const MAX_LEASE_MS = 5_000;

function scene({ graceMs = 0, journal = memoryJournal() as Journal<Member>, capacity = 3 } = {}) {
  const clock = new FakeClock();
  const events: ServerEvent[] = [];
  const { make } = fakeSessions({
    outboxBytes: 65_536,
    onClosed: (session, reason) => seating.depart(session, reason),
  });
  let issued = 0;
  const tokens = {
    issue: () => `${++issued}`,
    hash: (token: string) => `hash of ${token}`,
  };
  const seating = new Seating({
    retryAfterMs: 1_000,
    limits: SERVER_LIMITS,
    ...{ capacity, commands: [], logPromotions: 10, waitingCapacity: 0, maxLeaseMs: MAX_LEASE_MS },
    times: { heartbeat_ms: 1_000, silence_ms: 3_000, resume_grace_ms: graceMs },
    ...{ journal, tokens, clock, confirmMs: 1_000 },
    report: (event) => events.push(event),
    afterIo: (callback) => callback(),
    flush: () => {},
    onLease: () => {},
    onMoved: () => {},
  });
  const join = (leaseMs = 0): { session: Session; token: string } => {
    const session = make(new FakeConnection());
    session.mode = "json";
    session.lastHeardAt = clock.now();
    seating.admit(session, () => {});
    if (leaseMs > 0) seating.details.lease(session, leaseMs);
    seating.welcome(session.seat!);
    return { session, token: `${issued}` };
  };
  /** Advances the clock until only the second member is left, and returns the time. */
  const promotedAt = (second: Session) => {
    while (seating.roster[0]!.member !== second && clock.now() < 60_000) clock.advance(10);
    return clock.now();
  };
  return { clock, events, seating, join, promotedAt };
}

for (const reason of ["reset", "left", "timed_out", "slow_reader", "evicted", "fault", "shutdown"] as const) {
  Deno.test(`G11: a seat with a lease is kept until it is over since its member was last heard, after ${reason}`, () => {
    const { clock, join, promotedAt } = scene();
    const { session } = join(2_000);
    const second = join().session;
    clock.advance(300);
    session.lastHeardAt = clock.now();
    clock.advance(500);
    session.close(reason satisfies CloseReason);
    assertEquals(promotedAt(second), 2_300);
  });
}

Deno.test("a lease of which nothing is left keeps nothing", () => {
  const { clock, join, promotedAt } = scene();
  const { session } = join(2_000);
  const second = join().session;
  clock.advance(2_500);
  session.close("timed_out");
  assertEquals(promotedAt(second), 2_500);
});

Deno.test("the longer of grace and lease counts; after an eviction the lease alone, and the token is worth nothing", () => {
  for (const [reason, expected] of [["reset", 9_000], ["evicted", 2_000]] as const) {
    const { join, promotedAt, seating } = scene({ graceMs: 9_000 });
    const { session, token } = join(2_000);
    const second = join();
    session.close(reason);
    const refusal = seating.resume.refuseToken(second.session, token);
    assertEquals(refusal?.reason, reason === "evicted" ? "unauthenticated" : undefined);
    assertEquals(promotedAt(second.session), expected);
  }
});

Deno.test("a member that is away already is evicted when its lease is over, not when its grace is", () => {
  const { clock, seating, join, promotedAt } = scene({ graceMs: 9_000 });
  const { session, token } = join(2_000);
  const second = join().session;
  session.close("reset");
  clock.advance(500);
  assertEquals(seating.evict(seating.roster[0]!).keepMs, 1_500);
  assertEquals(seating.resume.refuseToken(second, token)?.reason, "unauthenticated");
  assertEquals(promotedAt(second), 2_000);
});

Deno.test("a member without a lease is evicted immediately, connected or not", () => {
  for (const isAway of [true, false]) {
    const { seating, join, promotedAt, clock } = scene({ graceMs: 9_000 });
    const { session } = join();
    const second = join().session;
    if (isAway) session.close("reset");
    clock.advance(100);
    assertEquals(seating.evict(seating.roster[0]!).keepMs, 0);
    assertEquals(promotedAt(second), 100);
  }
});

Deno.test("a lease continues for the client that resumes the seat, and in the new seat of one that yields", () => {
  const { seating, join, promotedAt, clock } = scene();
  const { session, token } = join(2_000);
  const other = join();
  session.close("reset");
  clock.advance(1_000);
  const back = join().session;
  assertEquals(seating.resume.resume(back, token), undefined);
  back.lastHeardAt = clock.now();
  assertEquals(seating.welcome(back.seat!).times.lease_ms, 2_000);
  seating.yields.moveToEnd(back, () => {});
  other.session.close("left");
  const last = join().session;
  back.close("reset");
  assertEquals(promotedAt(last), 3_000);
});

Deno.test("a lease is granted within bounds, and only grows while the seat lasts", () => {
  const { seating, join } = scene();
  const { session } = join();
  const granted = [1, 3_000, 200, 1_000_000].map((leaseMs) => {
    seating.details.lease(session, leaseMs);
    return session.leaseMs;
  });
  assertEquals(granted, [100, 3_000, 3_000, MAX_LEASE_MS]);
});

Deno.test("a client that leaves ends its lease immediately", () => {
  const { join, promotedAt } = scene();
  const { session } = join(2_000);
  const second = join().session;
  session.hasLeft = true;
  session.close("left");
  assertEquals(promotedAt(second), 0);
});

Deno.test("a server that may not know earlier leases says how long no client may lead", () => {
  const { seating, join, clock } = scene();
  clock.advance(1_200);
  const { session } = join();
  assertEquals(seating.welcome(session.seat!).times.lead_after_ms, MAX_LEASE_MS - 1_200);
  clock.advance(MAX_LEASE_MS);
  assertEquals(seating.welcome(session.seat!).times.lead_after_ms, 0);
});

function journalOf(...leases: number[]): Journal<Member> {
  return restoredJournal(leases.map((leaseMs, index) => ({
    ...{ ticket: index + 1, id: `${index}`, hash: `${index}`, name: `m${index}`, ip: "192.0.2.9", port: 1 },
    ...{ since: 0, leaseMs, n: 0, isProgram: true, isAway: true, isEvicted: false },
  })));
}

Deno.test("G11: after a restart a lease is kept in full, even one longer than is granted today", () => {
  const { seating, join, promotedAt } = scene({ journal: journalOf(8_000) });
  const { session } = join();
  assertEquals(seating.roster.map(({ ticket }) => ticket), [1, 3]);
  assertEquals(seating.welcome(session.seat!).times.lead_after_ms, 0);
  assertEquals(promotedAt(session), 8_000);
});

Deno.test("G11: no client leads for the longest lease that the journal may lack", () => {
  const { seating, join } = scene({ journal: restoredJournal([], { isComplete: false, leaseMaxMs: 8_000 }) });
  assertEquals(seating.welcome(join().session.seat!).times.lead_after_ms, 8_000);
});

Deno.test("G3: a server with fewer seats than before keeps the first ones", () => {
  const journal = journalOf(0, 0, 0, 0);
  const { seating } = scene({ journal, graceMs: 1_000, capacity: 2 });
  assertEquals(seating.roster.map(({ ticket }) => ticket), [1, 2]);
  assertEquals(journal.state.toSnapshot().seats.map(({ ticket }) => ticket), [1, 2]);
});

Deno.test("a seat that was taken back does not lapse when the grace of its absence would have been over", () => {
  const { seating, join, clock } = scene({ graceMs: 1_000 });
  const { session, token } = join();
  session.close("reset");
  clock.advance(900);
  const back = join().session;
  seating.resume.resume(back, token);
  clock.advance(10_000);
  assertEquals(seating.roster.map(({ ticket, member }) => [ticket, member === back]), [[1, true]]);
});

Deno.test("a server that may not know earlier leases records when they have ended, and one that knows them does not", async () => {
  for (const isComplete of [false, true]) {
    const over = Promise.withResolvers<void>();
    const kinds: JournalRecord["kind"][] = [];
    const journal = restoredJournal([], {
      isComplete,
      write(records) {
        kinds.push(...records.map(({ record }) => record.kind));
        if (kinds.includes("complete")) over.resolve();
      },
    });
    await using server = await startServer({ toml: "[session]\nlease_max_ms = 100", journal });
    if (!isComplete) await over.promise;
    await server.stop();
    assertEquals(kinds, isComplete ? ["start"] : ["start", "complete"]);
  }
});
