// The journal's rules: random records from several authors, some of them twice or too late, with snapshots anywhere.

import { assert, assertEquals, assertGreater, assertThrows } from "@std/assert";
import fc from "fast-check";
import { apply, type Effect, RULES } from "../../src/journal/apply.ts";
import { JOURNAL_VERSION, type JournalRecord, type RecordKind } from "../../src/journal/record.ts";
import { type Promotion, RosterState, type Snapshot } from "../../src/journal/roster_state.ts";
import { holds } from "../support/seed.ts";
import { NaiveState } from "./naive_state.ts";

/** What an author does: it knows the state of some time ago. */
interface Step {
  readonly kind: RecordKind | "settle" | "snapshot" | "repeat";
  /** Picks a seat, or an earlier record. */
  readonly who: number;
  readonly value: number;
  /** How many records ago the author looked. */
  readonly lag: number;
}

const KINDS = [
  "start",
  ...new Array(8).fill("join"),
  "withdraw",
  "leave",
  "leave",
  "away",
  "away",
  "claim",
  "claim",
  "lapse",
  "yield",
  "evict",
  "rename",
  "lease",
  "settle",
  "settle",
  "snapshot",
  "repeat",
] as const;

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<Step["kind"][]>(...KINDS),
    who: fc.nat(1_000),
    value: fc.nat(3),
    lag: fc.nat(3),
  }),
  { maxLength: 150, size: "max" },
);

const client = (id: string, value: number) => ({
  id,
  name: `client ${id}`,
  address: "127.0.0.1:1",
  since: value,
  leaseMs: value * 100,
  hash: `hash ${value}`,
});

class History {
  state = new RosterState();
  readonly naive = new NaiveState();
  readonly records: JournalRecord[] = [];
  readonly effects: Effect[][] = [];
  /** The seats as they were after each record, for authors that are behind. */
  readonly #views: {
    ticket: number;
    n: number;
    hash?: string | undefined;
    usedHash?: string | undefined;
  }[][] = [[]];
  /** Ranks by ticket when the gaps were closed last. */
  #ranks = new Map<number, number>();
  #position = 0;
  #ids = 0;

  constructor() {
    this.take({ kind: "start", version: JOURNAL_VERSION, capacity: 3, waitingCapacity: 2 });
  }

  step(step: Step): void {
    switch (step.kind) {
      case "settle":
        return this.settle();
      case "snapshot":
        return this.#restore();
      case "repeat": {
        const again = this.records[step.who % this.records.length]!;
        return this.take(again);
      }
      default:
        return this.take(this.#recordFor(step, step.kind));
    }
  }

  take(record: JournalRecord): void {
    const position = this.#position += 1 + (this.records.length % 3);
    const isValid = this.naive.apply(position, record);
    const effects = apply(this.state, position, record);
    // No client of the life before is connected.
    if (record.kind === "start") {
      this.#ranks = new Map(this.naive.seats.map(({ ticket }, rank) => [ticket, rank]));
    }
    assertEquals(effects[0]!.kind !== "void", isValid, JSON.stringify(effects));
    this.records.push(record);
    this.effects.push([...effects]);
    this.compare();
    this.#views.push(
      this.naive.seats.map(({ ticket, n, hash, usedHash }) => ({ ticket, n, hash, usedHash })),
    );
  }

  compare(): void {
    const { state, naive } = this;
    assertEquals(state.seats, naive.seats);
    assertEquals(state.waiting, naive.waiting);
    assertEquals([state.size, state.waitingSize, state.epoch], [
      naive.seats.length,
      naive.waiting.length,
      naive.epoch,
    ]);
    assert(state.size <= state.capacity, "G3");
    for (const [rank, seat] of state.seats.entries()) {
      assertEquals(state.seatOf(seat.ticket), seat);
      assertEquals(state.seatById(seat.id), seat);
      if (rank > 0) assertGreater(seat.ticket, state.seats[rank - 1]!.ticket, "G2");
    }
  }

  /** G1, G2: exactly those who moved up are told so, once, with the ranks that they had and have. */
  settle(): void {
    const { promoted, epoch } = this.state.settle();
    assertEquals(epoch, this.naive.epoch);
    const ranks = new Map(this.naive.seats.map(({ ticket }, rank) => [ticket, rank]));
    const expected = [...ranks].flatMap(([ticket, rank]) => {
      const was = this.#ranks.get(ticket);
      return was === undefined || was === rank ? [] : [{ ticket, rank, was }];
    });
    const actual = promoted.map(({ seat, rank, was }: Promotion) => ({ ticket: seat.ticket, rank, was }));
    assertEquals(actual, expected);
    for (const { rank, was } of actual) assert(rank < was, "G2");
    this.#ranks = ranks;
  }

  /** Snapshot and later records lead to the same state. */
  #restore(): void {
    this.settle();
    const snapshot: Snapshot = JSON.parse(JSON.stringify(this.state.toSnapshot()));
    this.state = RosterState.fromSnapshot(snapshot);
    this.compare();
  }

  #recordFor({ who, value, lag }: Step, kind: RecordKind): JournalRecord {
    const view = this.#views[Math.max(0, this.#views.length - 1 - lag)]!;
    const seat = view[who % Math.max(1, view.length)] ?? { ticket: who, n: value };
    const claim = { ticket: seat.ticket, n: seat.n };
    switch (kind) {
      case "start":
        return { kind, version: JOURNAL_VERSION, capacity: 1 + (who % 5), waitingCapacity: value };
      case "join":
        return { kind, ...client(value === 0 ? `${who % 4}` : `new ${++this.#ids}`, value) };
      case "withdraw":
        return { kind, id: this.naive.waiting[who % 3]?.id ?? "nobody" };
      case "claim": {
        const presented = [seat.hash, seat.usedHash, "wrong"][who % 3] ?? "none";
        return { kind, ...claim, id: `back ${++this.#ids}`, presented, hash: `token ${this.#ids}` };
      }
      case "rename":
        return { kind, ...claim, name: `name ${value}` };
      case "lease":
        return { kind, ...claim, leaseMs: value * 100 };
      default:
        return { kind, ...claim };
    }
  }
}

function play(all: readonly Step[]): History {
  const history = new History();
  for (const step of all) history.step(step);
  history.settle();
  return history;
}

Deno.test("G1, G2, G3, G10: any records, late ones and repeated ones, lead where the simplest form of the rules leads", () => {
  const seen = new Set<string>();
  holds(
    fc.property(steps, (all) => {
      const { effects, records } = play(all);
      const tickets: number[] = [];
      effects.forEach((some, i) => {
        seen.add(`${records[i]!.kind}: ${some[0]!.kind === "void" ? "void" : "valid"}`);
        for (const effect of some) {
          seen.add(effect.kind === "void" ? `void: ${effect.reason}` : effect.kind);
          if (effect.kind === "seated" || effect.kind === "yielded") tickets.push(effect.seat.ticket);
        }
      });
      assertEquals(tickets, [...new Set(tickets)].sort((a, b) => a - b), "G10: tickets increase");
    }),
    { numRuns: 1_000 },
  );
  // Every rule was used both ways.
  for (const kind of Object.keys(RULES)) {
    assert(seen.has(`${kind}: valid`), `${kind} was never valid`);
    if (kind !== "start") assert(seen.has(`${kind}: void`), `${kind} was never void`);
  }
  for (const effect of ["full", "waiting", "void: wrong token", "void: claimed since", "void: not away"]) {
    assert(seen.has(effect), `${effect} never came`);
  }
});

Deno.test("what cannot be applied stops the program: an unknown record, a later version, a position again", () => {
  const state = new RosterState();
  const start: JournalRecord = { kind: "start", version: JOURNAL_VERSION, capacity: 1, waitingCapacity: 0 };
  apply(state, 5, start);
  const before = JSON.stringify(state.toSnapshot());
  assertThrows(() => apply(state, 6, { kind: "reboot" } as unknown as JournalRecord), Error, '"reboot"');
  assertThrows(() => apply(state, 6, { kind: "toString" } as unknown as JournalRecord), Error, '"toString"');
  assertThrows(() => apply(state, 6, { ...start, version: JOURNAL_VERSION + 1 }), Error, "version");
  assertThrows(() => apply(state, 5, start), Error, "at 5");
  assertEquals(JSON.stringify(state.toSnapshot()), before);
});

Deno.test("thousands of departures are one pass, and each member that stays is promoted once", () => {
  const state = new RosterState();
  const count = 10_000;
  let position = 1;
  apply(state, position, { kind: "start", version: JOURNAL_VERSION, capacity: count, waitingCapacity: 0 });
  for (let i = 0; i < count; i++) apply(state, ++position, { kind: "join", ...client(`${i}`, 1) });
  state.settle();
  for (const { ticket, n } of state.seats.filter((_, i) => i % 2 === 0)) {
    apply(state, ++position, { kind: "leave", ticket, n });
  }
  const { promoted } = state.settle();
  assertEquals(promoted.length, count / 2);
  assert(promoted.every(({ rank, was }, i) => rank === i && was === 2 * i + 1));
  assertEquals(state.size, count / 2);
});
