import {
  assert,
  assertEquals,
  assertGreater,
  assertLess,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { RankManager, type RosterChange, type Seat } from "../../src/ranks/rank_manager.ts";
import { holds } from "../support/seed.ts";
import { NaiveRoster } from "./naive_roster.ts";

type Step =
  | { readonly do: "join" }
  | { readonly do: "leave" | "rejoin" | "raise"; readonly who: number }
  | { readonly do: "settle" };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant<Step>({ do: "join" }) },
    { weight: 3, arbitrary: fc.nat(1_000).map((who): Step => ({ do: "leave", who })) },
    { weight: 1, arbitrary: fc.nat(1_000).map((who): Step => ({ do: "rejoin", who })) },
    { weight: 1, arbitrary: fc.nat(1_000).map((who): Step => ({ do: "raise", who })) },
    { weight: 2, arbitrary: fc.constant<Step>({ do: "settle" }) },
  ),
  { maxLength: 120, size: "max" },
);
const capacities = fc.integer({ min: 1, max: 12 });

/** A rank manager, the naive roster beside it, and everything that was ever seated. */
class History {
  readonly manager: RankManager<string>;
  readonly naive: NaiveRoster;
  readonly seats: Seat<string>[] = [];
  #joined = 0;

  constructor(capacity: number) {
    this.manager = new RankManager<string>(capacity);
    this.naive = new NaiveRoster(capacity);
  }

  take(step: Step): void {
    switch (step.do) {
      case "join":
        return this.join();
      case "leave":
        return this.leave(step.who);
      case "rejoin":
        return this.rejoin(step.who);
      case "raise":
        return this.raise(step.who);
      case "settle":
        return this.settle();
    }
  }

  join(): void {
    this.settle();
    const name = `client ${this.#joined++}`;
    const seat = this.manager.join(name);
    const expected = this.naive.join(name);
    assertEquals(seat?.ticket, expected?.ticket);
    if (seat === undefined) return;
    assertEquals(seat.rank, this.manager.size - 1);
    this.seats.push(seat);
  }

  leave(who: number): void {
    const seat = this.#pick(who);
    if (seat !== undefined) assertEquals(this.manager.leave(seat), this.naive.leave(seat.ticket));
  }

  rejoin(who: number): void {
    this.settle();
    const seat = this.#pick(who);
    if (seat === undefined) return;
    if (this.naive.holds(seat.ticket)) return this.#rejoin([seat]);
    assertThrows(() => this.manager.rejoin([seat]), Error, "has no seat");
  }

  /** All above one member rejoin, together with the departures that are not settled. */
  raise(who: number): void {
    const { manager } = this;
    const seat = this.#pick(who);
    if (seat === undefined || !manager.isSeated(seat) || seat.rank === 0) return;
    this.#rejoin(manager.roster.slice(0, seat.rank).filter((above) => manager.isSeated(above)));
    assertEquals([manager.roster[0], seat.rank], [seat, 0]);
  }

  #rejoin(seats: readonly Seat<string>[]): void {
    for (const seat of seats) assert(this.naive.leave(seat.ticket));
    const { seats: behind, change } = this.manager.rejoin(seats);
    const expected = this.naive.settle();
    const { epoch } = this.naive;
    for (const [i, { ticket, member }] of behind.entries()) {
      assertEquals([member, ticket], [seats[i]!.member, this.naive.join(member)?.ticket]);
    }
    // One change: the naive roster counts each arrival.
    this.naive.epoch = epoch;
    this.#compareChange(change, expected);
    this.seats.push(...behind);
  }

  settle(): void {
    this.#compareChange(this.manager.settle(), this.naive.settle());
  }

  /** Every guarantee about a roster that a client could be shown now. */
  check(): void {
    const { manager, naive } = this;
    assertEquals(manager.epoch, naive.epoch);
    assertEquals(manager.size, naive.members.length);
    assertEquals(
      manager.roster.map(({ ticket, rank, member }) => ({ ticket, rank, member })),
      naive.members.map(({ ticket, name }) => ({ ticket, rank: naive.rankOf(ticket), member: name })),
    );
  }

  #pick(who: number): Seat<string> | undefined {
    return this.seats.length === 0 ? undefined : this.seats[who % this.seats.length];
  }

  #compareChange(
    change: RosterChange<string> | undefined,
    expected: ReturnType<NaiveRoster["settle"]>,
  ): void {
    assertEquals(change?.departed.map((seat) => seat.ticket), expected?.departed);
    assertEquals(
      change?.promoted.map(({ seat, was }): [number, number, number] => [seat.ticket, was, seat.rank]),
      expected?.promoted,
    );
    if (change !== undefined) assertEquals(change.epoch, this.naive.epoch);
  }
}

Deno.test("the rank manager agrees with a naive roster after every step of any history", () => {
  holds(
    fc.property(capacities, steps, (capacity, history) => {
      const both = new History(capacity);
      for (const step of history) {
        both.take(step);
        both.check();
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("G1: after every settle the ranks are exactly 0 to k-1, each held once", () => {
  holds(fc.property(capacities, steps, (capacity, history) => {
    const { manager } = replay(capacity, history, (both) => {
      assertEquals(both.manager.roster.map((seat) => seat.rank), [...both.manager.roster.keys()]);
    });
    assert(manager.isSettled);
  }));
});

Deno.test("G2: a rank never rises, and two members never change places", () => {
  holds(fc.property(capacities, steps, (capacity, history) => {
    const lowest = new Map<Seat<string>, number>();
    replay(capacity, history, ({ manager }) => {
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

Deno.test("G3: there are never more than N seats, and the next arrival gets none until one is released", () => {
  const manager = new RankManager<string>(3);
  const seats = ["a", "b", "c"].map((name) => manager.join(name)!);
  const { epoch } = manager;
  assertEquals(manager.join("d"), undefined);
  assertEquals(manager.size, 3);
  assertEquals(manager.epoch, epoch, "a refusal changed the roster");
  manager.leave(seats[1]!);
  manager.settle();
  assertEquals(manager.join("d")?.rank, 2);
  assertEquals(manager.join("e"), undefined);
});

Deno.test("rank comparison reversed: the first to come is rank 0 and has the lowest ticket", () => {
  const manager = new RankManager<string>(3);
  const [first, second, third] = ["a", "b", "c"].map((name) => manager.join(name)!);
  assertEquals([first!.rank, second!.rank, third!.rank], [0, 1, 2]);
  assertLess(first!.ticket, second!.ticket);
  manager.leave(third!);
  assertEquals(manager.settle()?.promoted, [], "a departure at the end promoted somebody above it");
  manager.leave(first!);
  assertEquals(manager.settle()?.promoted, [{ seat: second!, was: 1 }]);
});

Deno.test("rank remembered from connect time: a seat shows the rank of now, not that of its arrival", () => {
  const manager = new RankManager<string>(4);
  const [first, second, third, fourth] = ["a", "b", "c", "d"].map((name) => manager.join(name)!);
  manager.leave(first!);
  manager.settle();
  manager.leave(third!);
  manager.settle();
  assertEquals([second!.rank, fourth!.rank], [0, 1]);
  // The place in the list is found by the rank of now, too.
  assert(manager.leave(fourth!));
  assertEquals(manager.settle()?.departed, [fourth!]);
  assertEquals(manager.roster, [second!]);
});

Deno.test("member list changed under iteration: members leave while the roster is being walked", () => {
  const manager = new RankManager<number>(50);
  const seats = Array.from({ length: 50 }, (_, i) => manager.join(i)!);
  const told: number[] = [];
  for (const seat of manager.roster) {
    told.push(seat.member);
    // Notifying every fourth member makes it leave, together with the next one.
    if (seat.member % 4 !== 0) continue;
    manager.leave(seat);
    manager.leave(seats[seat.member + 1]!);
  }
  assertEquals(told, seats.map((seat) => seat.member), "a member was skipped or told twice");
  const remaining = seats.filter((seat) => seat.member % 4 >= 2);
  manager.settle();
  assertEquals(manager.roster, remaining);
});

Deno.test("member list changed under iteration: members leave while the promoted are notified", () => {
  const manager = new RankManager<number>(50);
  const seats = Array.from({ length: 50 }, (_, i) => manager.join(i)!);
  manager.leave(seats[0]!);
  const { promoted } = manager.settle()!;
  const told: [number, number, number][] = [];
  for (const { seat, was } of promoted) {
    told.push([seat.member, was, seat.rank]);
    if (seat.member % 2 === 1) manager.leave(seat);
    if (seat.member % 10 === 9) manager.leave(seats[seat.member - 1]!);
  }
  assertEquals(told, seats.slice(1).map(({ member }) => [member, member, member - 1]));
  manager.settle();
  assertEquals(
    manager.roster.map((seat) => seat.member),
    [...seats.keys()].filter((i) => i % 2 === 0 && i % 10 !== 8 && i > 0),
  );
});

Deno.test("several departures before a settle are one epoch and move each member at most once", () => {
  holds(fc.property(capacities, steps, (capacity, history) => {
    const both = new History(capacity);
    for (const step of history) {
      if (step.do !== "settle") {
        both.take(step);
        continue;
      }
      const { epoch } = both.manager;
      const hadDepartures = !both.manager.isSettled;
      const change = both.manager.settle();
      both.naive.settle();
      assertEquals(change !== undefined, hadDepartures);
      assertEquals(both.manager.epoch, hadDepartures ? epoch + 1 : epoch);
      const moved = change?.promoted.map(({ seat }) => seat) ?? [];
      assertEquals(new Set(moved).size, moved.length);
      for (const { seat, was } of change?.promoted ?? []) assertLess(seat.rank, was);
      assertEquals(both.manager.settle(), undefined, "there was something left to settle");
    }
  }));
});

Deno.test("tickets rise with every arrival and are never given again", () => {
  holds(fc.property(capacities, steps, (capacity, history) => {
    const { seats } = replay(capacity, history, () => {});
    for (const [i, seat] of seats.entries()) {
      assert(Number.isSafeInteger(seat.ticket));
      if (i > 0) assertGreater(seat.ticket, seats[i - 1]!.ticket);
    }
  }));
});

Deno.test("the first ticket is what the caller says", () => {
  const manager = new RankManager<string>(2, 4_711);
  assertEquals([manager.join("a")?.ticket, manager.join("b")?.ticket], [4_711, 4_712]);
});

Deno.test("a released seat cannot be released again, even though another member has its rank now", () => {
  const manager = new RankManager<string>(3);
  const [first, second] = ["a", "b"].map((name) => manager.join(name)!);
  assert(manager.leave(first!));
  assert(!manager.leave(first!), "left twice within one turn");
  manager.settle();
  assertEquals(second!.rank, first!.rank);
  assert(!manager.leave(first!), "the stale seat took its successor along");
  assertEquals(manager.settle(), undefined);
  assertEquals(manager.roster, [second!]);
});

Deno.test("no member is seated while departures are not settled", () => {
  const manager = new RankManager<string>(3);
  const [first, second] = ["a", "b"].map((name) => manager.join(name)!);
  manager.leave(first!);
  assertThrows(() => manager.join("c"), Error, "not settled");
  assertEquals(manager.size, 2);
  // A member that rejoins leaves first, so that all departures are one change.
  const { seats: [behind], change } = manager.rejoin([second!]);
  assertEquals(change.departed, [first!, second!]);
  assertEquals(manager.roster, [behind!]);
});

Deno.test("rejoining is one change: those behind move up by one, and the member is last with a new ticket", () => {
  const manager = new RankManager<string>(3);
  const [first, second, third] = ["a", "b", "c"].map((name) => manager.join(name)!);
  const { epoch } = manager;
  const { seats: [seat], change } = manager.rejoin([first!]);
  assertEquals(manager.epoch, epoch + 1);
  assertEquals(change.epoch, epoch + 1);
  assertEquals(change.departed, [first!]);
  assertEquals(change.promoted, [{ seat: second!, was: 1 }, { seat: third!, was: 2 }]);
  assertEquals({ ...seat }, { ticket: 4, rank: 2, member: "a" });
  assert(!manager.leave(first!), "the old seat is still good for something");
});

Deno.test("several rejoin in their order, as one change that moves each member at most once", () => {
  const manager = new RankManager<string>(5);
  const [first, second, third, fourth, fifth] = ["a", "b", "c", "d", "e"].map((name) => manager.join(name)!);
  const { epoch } = manager;
  const { seats, change } = manager.rejoin([first!, second!, third!]);
  assertEquals([change.epoch, manager.epoch], [epoch + 1, epoch + 1]);
  assertEquals(change.departed, [first!, second!, third!]);
  assertEquals(change.promoted, [{ seat: fourth!, was: 3 }, { seat: fifth!, was: 4 }]);
  assertEquals(manager.roster.map(({ member }) => member), ["d", "e", "a", "b", "c"]);
  assertEquals(seats.map(({ ticket, rank }) => [ticket, rank]), [[6, 2], [7, 3], [8, 4]]);
});

Deno.test("rejoining works with every seat taken, and alone", () => {
  const manager = new RankManager<string>(1);
  const { seats: [seat], change } = manager.rejoin([manager.join("a")!]);
  assertEquals([seat!.rank, seat!.ticket, change.promoted.length, manager.size], [0, 2, 0, 1]);
});

Deno.test("a revision is a new epoch without any move", () => {
  const manager = new RankManager<string>(2);
  const seat = manager.join("a")!;
  const { epoch } = manager;
  assertEquals(manager.revise(), epoch + 1);
  assertEquals(manager.epoch, epoch + 1);
  assertEquals([seat.rank, seat.ticket], [0, 1]);
});

Deno.test("100,000 members keep their order through departures, one by one and all together", () => {
  const size = 100_000;
  const manager = new RankManager<number>(size);
  const seats = Array.from({ length: size }, (_, i) => manager.join(i)!);
  assertEquals(manager.join(size), undefined);

  manager.leave(seats[0]!);
  assertEquals(manager.settle()?.promoted.length, size - 1);

  for (const seat of seats) if (seat.member % 2 === 1) manager.leave(seat);
  const change = manager.settle()!;
  assertEquals(change.departed.length, size / 2);
  assertEquals(manager.size, size / 2 - 1);
  for (const [rank, seat] of manager.roster.entries()) {
    if (seat.rank !== rank || seat.member !== 2 * (rank + 1)) throw new Error(`rank ${rank} is wrong`);
  }
  const last = manager.roster.at(-1)!;
  assertStrictEquals(last, seats[size - 2]!);
});

/** Plays a history, settling after every step, as a server does before it reads the roster. */
function replay(capacity: number, history: readonly Step[], look: (both: History) => void): History {
  const both = new History(capacity);
  for (const step of history) {
    both.take(step);
    both.settle();
    look(both);
  }
  return both;
}
