import { assertEquals } from "@std/assert";
import type { Journal } from "../../../src/journal/engines/journal.ts";
import type { ServerEvent } from "../../../src/log/server_event.ts";
import { RANDOM_TOKENS } from "../../../src/server/seats/tokens.ts";
import { memoryJournal, restoredJournal } from "../../support/server/journals.ts";
import { Seating } from "../../../src/server/seats/seating.ts";
import type { Member } from "../../../src/server/connection/member.ts";
import type { Session } from "../../../src/server/connection/session.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { FakeConnection, fakeSessions } from "../../support/server/fake_sessions.ts";
import { SERVER_LIMITS } from "../../support/client/server_limits.ts";

const OUTBOX_BYTES = 65_536;

/** A seating of which the third member does not read, with so little room left that one more message closes it. */
function seatFourWithOneFull() {
  const events: ServerEvent[] = [];
  const { make, turns } = fakeSessions({
    outboxBytes: OUTBOX_BYTES,
    onClosed: (session, reason) => seating.depart(session, reason),
  });
  const seating = new Seating({
    retryAfterMs: 1_000,
    limits: SERVER_LIMITS,
    capacity: 10,
    commands: ["uptime"],
    confirmMs: 1_000,
    logPromotions: 10,
    waitingCapacity: 0,
    times: { heartbeat_ms: 10_000, silence_ms: 30_000, resume_grace_ms: 0 },
    maxLeaseMs: 10_000,
    journal: memoryJournal(),
    tokens: RANDOM_TOKENS,
    clock: new FakeClock(),
    onLease: () => {},
    onMoved: () => {},
    report: (event) => events.push(event),
    afterIo: () => {},
    flush: () => turns.flush(),
  });
  const join = (isStalled = false): Session => {
    const session = make(new FakeConnection({ isStalled }));
    seating.admit(session, () => {});
    return session;
  };
  const [first, second, full, last] = [join(), join(), join(true), join()] as const;
  turns.flush();
  full.send(new Uint8Array(full.outboxRoom - 100));
  return { seating, events, join, first, second, full, last };
}

// A session that does not read may be closed by the notification that another member has left. Its seat was then freed after
// the departures had been applied: the next client made the accept loop fail, which closed the listener.
Deno.test("a member that is closed by the notification of a departure frees its seat for a new client", () => {
  const { seating, events, join, first, second, last } = seatFourWithOneFull();
  first.close("left");
  const newcomer = join();
  assertEquals(seating.roster.map((seat) => seat.member as Session), [second, last, newcomer]);
  assertEquals(seating.roster.map((seat) => seat.rank), [0, 1, 2]);
  assertEquals(
    events.flatMap((event) => event.event === "client_left" ? [event.reason] : []),
    ["left", "slow_reader"],
  );
});

Deno.test("the roster contains no member that was closed by the notification of a departure", () => {
  const { seating, first, second, last } = seatFourWithOneFull();
  first.close("left");
  assertEquals(seating.roster.map((seat) => seat.member as Session), [second, last]);
});

Deno.test("a member that is closed before it can yield stays closed, and no other member is affected", () => {
  const { seating, first, second, full, last } = seatFourWithOneFull();
  first.close("left");
  seating.yields.moveToEnd(full, () => {});
  assertEquals(seating.roster.map((seat) => seat.member as Session), [second, last]);
});

Deno.test("who gets a seat from the waiting room and leaves in the same turn is mentioned to no watcher", async () => {
  const { make, turns } = fakeSessions({
    outboxBytes: OUTBOX_BYTES,
    onClosed: (session, reason) => seating.depart(session, reason),
  });
  const seating = seatTwo({ journal: memoryJournal(), graceMs: 0, flush: () => turns.flush() });
  const join = (connection = new FakeConnection()): Session => {
    const session = make(connection);
    session.mode = "json";
    seating.admit(session, () => {});
    return session;
  };
  const written = () => new Promise((resolve) => setTimeout(resolve));
  const connection = new FakeConnection();
  seating.watch(join(connection), true);
  const [second, third] = [join(), join()];
  seating.details.rename(third, "hasty");
  seating.details.lease(third, 5_000);
  seating.settle();
  turns.flush();
  await written();
  second.close("left");
  third.hasLeft = true;
  third.close("left");
  seating.settle();
  turns.flush();
  await written();
  const { params } = connection.messages.findLast(({ method }) => method === "roster_changed")!;
  const { members, joined, left, renamed, leased } = params;
  assertEquals([members, joined, left.length, renamed, leased], [1, [], 1, [], undefined]);
});

Deno.test("after a restart no seat is kept that nobody can claim", () => {
  const client = { ip: "192.0.2.1", port: 1, since: 0, leaseMs: 0, n: 0, isProgram: true, isAway: false };
  const seats = [
    { ...client, ticket: 1, id: "1", name: "without a token", isEvicted: false },
    { ...client, ticket: 2, id: "2", name: "with one", hash: "hash", isEvicted: false },
  ];
  const clock = new FakeClock();
  const seating = seatTwo({ journal: restoredJournal(seats), graceMs: 30_000, clock });
  clock.advance(1_000);
  assertEquals(seating.roster.map(({ member }) => member.name), ["with one"]);
});

/** Two seats and a waiting room. */
function seatTwo(
  { journal, graceMs, clock = new FakeClock(), flush = () => {} }: {
    readonly journal: Journal<Member>;
    readonly graceMs: number;
    readonly clock?: FakeClock;
    readonly flush?: () => void;
  },
): Seating {
  return new Seating({
    retryAfterMs: 1_000,
    limits: SERVER_LIMITS,
    ...{ capacity: 2, commands: [], confirmMs: 1_000, logPromotions: 10, waitingCapacity: 2 },
    times: { heartbeat_ms: 10_000, silence_ms: 30_000, resume_grace_ms: graceMs },
    ...{ maxLeaseMs: 10_000, journal, tokens: RANDOM_TOKENS, clock, flush },
    onLease: () => {},
    onMoved: () => {},
    report: () => {},
    afterIo: () => {},
  });
}
