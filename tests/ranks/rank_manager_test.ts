import { assert, assertEquals, assertGreater, assertLess, assertThrows } from "@std/assert";
import fc from "fast-check";
import { indexOfTicket, RankManager, type RosterChange, type Seat } from "../../src/ranks/rank_manager.ts";
import { newSeat, seatsOf } from "../support/seats_of.ts";
import { holds } from "../support/seed.ts";
import { NaiveRoster } from "./naive_roster.ts";

type Step =
  | { readonly do: "join"; readonly gap: number }
  | { readonly do: "leave"; readonly who: number }
  | { readonly do: "settle" };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 9 }).map((gap): Step => ({ do: "join", gap })) },
    { weight: 4, arbitrary: fc.nat(1_000).map((who): Step => ({ do: "leave", who })) },
    { weight: 2, arbitrary: fc.constant<Step>({ do: "settle" }) },
  ),
  { maxLength: 120, size: "max" },
);

/** A rank manager, the naive roster beside it, and everything that was ever seated. */
class History {
  readonly manager = new RankManager<Seat<string>>();
  readonly naive = new NaiveRoster();
  readonly seats: Seat<string>[] = [];
  #lastTicket = 0;
  #hasChanged = false;

  take(step: Step): void {
    switch (step.do) {
      case "join":
        return this.join(step.gap);
      case "leave":
        return this.leave(step.who);
      case "settle":
        return void this.settle();
    }
  }

  join(gap: number): void {
    const seat = newSeat(this.#lastTicket += gap, `client ${this.seats.length}`);
    this.manager.append(seat);
    this.naive.join(seat.ticket);
    this.seats.push(seat);
    this.#hasChanged = true;
  }

  leave(who: number): void {
    const seat = this.seats[who % Math.max(1, this.seats.length)];
    if (seat === undefined) return;
    const hasLeft = this.manager.leave(seat);
    assertEquals(hasLeft, this.naive.leave(seat.ticket));
    this.#hasChanged ||= hasLeft;
  }

  settle(): RosterChange<Seat<string>> | undefined {
    const change = this.manager.settle();
    const expected = this.naive.settle(this.#hasChanged);
    this.#hasChanged = false;
    assertEquals(change?.departed.map((seat) => seat.ticket), expected?.departed);
    assertEquals(
      change?.promoted.map(({ seat, was }): [number, number, number] => [seat.ticket, was, seat.rank]),
      expected?.promoted,
    );
    assert(this.manager.isSettled);
    return change;
  }

  /** What a client could be shown now, and what the next record is checked against. */
  check(): void {
    const { manager, naive } = this;
    assertEquals(manager.isSettled, !this.#hasChanged);
    assertEquals(manager.roster.map(({ ticket, rank }) => [ticket, rank]), [
      ...naive.roster.map((ticket, rank) => [ticket, rank]),
    ]);
    assertEquals(manager.taken.map(({ ticket }) => ticket), naive.taken);
    assertEquals(manager.size, naive.taken.length);
    for (const seat of this.seats) {
      const isTaken = naive.taken.includes(seat.ticket);
      assertEquals(manager.isSeated(seat), isTaken);
      assertEquals(manager.find(seat.ticket), isTaken ? seat : undefined);
    }
    assertEquals(manager.find(this.#lastTicket + 1), undefined);
  }
}

Deno.test("the rank manager agrees with a naive roster after every step of any history", () => {
  holds(
    fc.property(steps, (history) => {
      const both = new History();
      for (const step of history) {
        both.take(step);
        both.check();
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("G1: after every settle the ranks are exactly 0 to k-1, each held once", () => {
  holds(fc.property(steps, (history) => {
    replay(history, ({ manager }) => {
      assertEquals(manager.roster.map((seat) => seat.rank), [...manager.roster.keys()]);
      assertEquals(manager.roster.length, manager.size);
    });
  }));
});

Deno.test("G2: a rank never rises, and two members never change places", () => {
  holds(fc.property(steps, (history) => {
    const lowest = new Map<Seat<string>, number>();
    replay(history, ({ manager }) => {
      let above = 0;
      for (const seat of manager.roster) {
        assert(seat.rank <= (lowest.get(seat) ?? Infinity), `ticket ${seat.ticket} was demoted`);
        lowest.set(seat, seat.rank);
        assertGreater(seat.ticket, above);
        above = seat.ticket;
      }
    });
  }));
});

Deno.test("several departures and arrivals before a settle move each member at most once, and up", () => {
  holds(fc.property(steps, (history) => {
    const both = new History();
    for (const step of history) {
      if (step.do !== "settle") {
        both.take(step);
        continue;
      }
      const promoted = both.settle()?.promoted ?? [];
      assertEquals(new Set(promoted.map(({ seat }) => seat)).size, promoted.length);
      for (const { seat, was } of promoted) assertLess(seat.rank, was);
      assertEquals(both.manager.settle(), undefined, "there was something left to settle");
    }
  }));
});

Deno.test("rank comparison reversed: the first to come is rank 0 and has the lowest ticket", () => {
  const { ranks, seats: [first, second, third] } = seatsOf("abc");
  assertEquals([first!.rank, second!.rank, third!.rank], [0, 1, 2]);
  assertThrows(() => ranks.append(newSeat(3, "d")), Error, "Cannot seat ticket 3: 3 is seated already");
  assertThrows(() => ranks.append(newSeat(1, "d")), Error, "Cannot seat ticket 1");
  ranks.leave(third!);
  assertEquals(ranks.settle()?.promoted, [], "a departure at the end promoted somebody above it");
  ranks.leave(first!);
  assertEquals(ranks.settle()?.promoted, [{ seat: second!, was: 1 }]);
});

Deno.test("rank remembered from connect time: a seat shows the rank of now, not that of its arrival", () => {
  const { ranks, seats: [first, second, third, fourth] } = seatsOf("abcd");
  ranks.leave(first!);
  ranks.settle();
  ranks.leave(third!);
  ranks.settle();
  assertEquals([second!.rank, fourth!.rank], [0, 1]);
  // The place in the list is found by the rank of now, too.
  assert(ranks.leave(fourth!));
  assertEquals(ranks.settle()?.departed, [fourth!]);
  assertEquals(ranks.roster, [second!]);
});

Deno.test("a seat that comes and goes between two settles is not in the change, and no seat is promoted to its first rank", () => {
  const { ranks, seats: [first, second] } = seatsOf("ab");
  const [brief, later] = [newSeat(3, "c"), newSeat(4, "d")];
  ranks.append(brief);
  ranks.leave(first!);
  ranks.append(later);
  assert(ranks.leave(brief));
  assertEquals([ranks.roster, ranks.taken, ranks.size], [[first!, second!], [second!, later], 2]);
  const change = ranks.settle();
  assertEquals(change, { departed: [first!], promoted: [{ seat: second!, was: 1 }] });
  assertEquals([ranks.roster, later.rank], [[second!, later], 1]);
  assert(!ranks.leave(brief), "left twice");
});

Deno.test("member list changed under iteration: members come and leave while the roster is being walked", () => {
  const { ranks, seats } = seatsOf(Array(50).keys());
  const told: number[] = [];
  for (const seat of ranks.roster) {
    told.push(seat.member);
    // Notifying every fourth member makes it leave, together with the next one, and another one come.
    if (seat.member % 4 !== 0) continue;
    ranks.leave(seat);
    ranks.leave(seats[seat.member + 1]!);
    ranks.append(newSeat(100 + seat.member, 100 + seat.member));
  }
  assertEquals(told, [...Array(50).keys()], "a member was skipped or told twice");
  ranks.settle();
  assertEquals(ranks.roster.map(({ member }) => member), [
    ...told.filter((member) => member % 4 >= 2),
    ...told.filter((member) => member % 4 === 0).map((member) => 100 + member),
  ]);
});

Deno.test("member list changed under iteration: members leave while the promoted are notified", () => {
  const { ranks, seats } = seatsOf(Array(50).keys());
  ranks.leave(seats[0]!);
  const told: [number, number, number][] = [];
  for (const { seat, was } of ranks.settle()!.promoted) {
    told.push([seat.member, was, seat.rank]);
    if (seat.member % 2 === 1) ranks.leave(seat);
    if (seat.member % 10 === 9) ranks.leave(seats[seat.member - 1]!);
  }
  assertEquals(told, seats.slice(1).map(({ member }) => [member, member, member - 1]));
  ranks.settle();
  assertEquals(
    ranks.roster.map((seat) => seat.member),
    [...seats.keys()].filter((i) => i % 2 === 0 && i % 10 !== 8 && i > 0),
  );
});

Deno.test("a released seat cannot be released again, even though another member has its rank now", () => {
  const { ranks, seats: [first, second] } = seatsOf("ab");
  assert(ranks.leave(first!));
  assert(!ranks.leave(first!), "left twice within one turn");
  ranks.settle();
  assertEquals(second!.rank, first!.rank);
  assert(!ranks.leave(first!), "the stale seat took its successor along");
  assertEquals(ranks.settle(), undefined);
  assertEquals(ranks.roster, [second!]);
});

Deno.test("a seat is found by its ticket, and a ticket without a seat is not found", () => {
  const seats = [2, 3, 5, 8, 13].map((ticket) => ({ ticket }));
  for (let ticket = 0; ticket < 15; ticket++) {
    assertEquals(indexOfTicket(seats, ticket), seats.findIndex((seat) => seat.ticket === ticket));
  }
  assertEquals(indexOfTicket([], 1), -1);
});

Deno.test("100,000 members keep their order through departures, one by one and all together", () => {
  const size = 100_000;
  const { ranks, seats } = seatsOf(Array(size).keys());

  ranks.leave(seats[0]!);
  assertEquals(ranks.settle()?.promoted.length, size - 1);

  for (const seat of seats) if (seat.member % 2 === 1) ranks.leave(seat);
  const change = ranks.settle()!;
  assertEquals(change.departed.length, size / 2);
  assertEquals(ranks.size, size / 2 - 1);
  for (const [rank, seat] of ranks.roster.entries()) {
    if (seat.rank !== rank || seat !== seats[2 * (rank + 1)]) throw new Error(`rank ${rank} is wrong`);
  }
});

/** Plays a history, settling after every step, as a server does before it reads the roster. */
function replay(history: readonly Step[], look: (both: History) => void): void {
  const both = new History();
  for (const step of history) {
    both.take(step);
    both.settle();
    look(both);
  }
}
