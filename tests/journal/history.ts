// Random records from several authors, some of them twice or too late, for anything that applies records; compared with the
// rules in their simplest form after each.

import { assert, assertEquals, assertGreater } from "@std/assert";
import fc from "fast-check";
import {
  type Arrival,
  type Effect,
  JOURNAL_VERSION,
  type JournalRecord,
  type RecordKind,
  type RosterState,
  type SeatedClient,
} from "../../src/journal/mod.ts";
import { type NaiveSeat, NaiveState } from "./naive_state.ts";

/** What applies the records. */
export interface Subject extends Disposable {
  readonly state: RosterState<undefined>;
  append(record: JournalRecord): readonly Effect<undefined>[];
  /** Goes on with what was kept. */
  restore(): void;
}

/** What an author does: it knows the state of some time ago. */
interface Step {
  readonly kind: RecordKind | "settle" | "restore" | "repeat";
  /** Picks a seat, or an earlier record. */
  readonly who: number;
  readonly value: number;
  /** How many records ago the author looked. */
  readonly lag: number;
}

const KINDS: readonly Step["kind"][] = [
  "start",
  "complete",
  ...new Array(9).fill("join"),
  "withdraw",
  "spoke",
  "spoke",
  "spoke",
  "leave",
  "leave",
  "away",
  "away",
  "claim",
  "claim",
  "confirm",
  "lapse",
  "yield",
  "evict",
  "rename",
  "lease",
  "settle",
  "settle",
  "restore",
  "repeat",
];

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    who: fc.nat(1_000),
    value: fc.nat(3),
    lag: fc.nat(3),
  }),
  { maxLength: 150, size: "max" },
);

export class History {
  readonly naive = new NaiveState();
  /** What was seen, for a test that everything was. */
  readonly seen = new Set<string>();
  readonly #subject: Subject;
  readonly #records: JournalRecord[] = [];
  readonly #tickets: number[] = [];
  /** The seats as they were after each record, for authors that are behind. */
  readonly #views: (readonly NaiveSeat[])[] = [[]];
  /** By rank, when the roster was settled last. */
  #roster: readonly NaiveSeat[] = [];
  readonly #ids = new Set<string>();
  readonly #hashes = new Set<string>();
  /** Tokens that two seats have had, because a record was made twice. */
  readonly #shared = new Set<string>();
  #count = 0;

  constructor(subject: Subject) {
    this.#subject = subject;
    this.take({
      kind: "start",
      version: JOURNAL_VERSION,
      capacity: 3,
      waitingCapacity: 2,
      isComplete: false,
    });
  }

  play(all: readonly Step[]): void {
    for (const step of all) this.step(step);
    this.#settle();
    assertEquals(this.#tickets, [...new Set(this.#tickets)].sort((a, b) => a - b), "G10: tickets increase");
  }

  step(step: Step): void {
    switch (step.kind) {
      case "settle":
        return this.#settle();
      case "restore":
        this.#settle();
        this.#subject.restore();
        return this.#compare();
      case "repeat":
        return this.take(this.#records[step.who % this.#records.length]!);
      default:
        return this.take(this.#recordFor(step, step.kind));
    }
  }

  take(record: JournalRecord): void {
    const before = this.#subject.state.position;
    const effects = this.#subject.append(record);
    const { position } = this.#subject.state;
    assertGreater(position, before);
    assertEquals(effects.map(({ kind }) => kind), this.naive.apply(position, record));
    // No client of the life before is connected.
    if (record.kind === "start") this.#roster = this.naive.seats;
    for (const effect of effects) this.#note(record, effect);
    this.#records.push(record);
    this.#compare();
    this.#views.push(this.naive.seats);
  }

  #note({ kind }: JournalRecord, effect: Effect<undefined>): void {
    this.seen.add(`${kind}: ${effect.kind}`);
    if (effect.kind === "void") this.seen.add(`void: ${effect.reason}`);
    if (effect.kind === "seated" || effect.kind === "yielded") this.#tickets.push(effect.seat.ticket);
  }

  #compare(): void {
    const { naive } = this;
    const { state } = this.#subject;
    assertEquals(state.seats.map(({ ticket, client }) => ({ ticket, client: plain(client) })), [
      ...naive.seats.map(({ ticket, client }) => ({ ticket, client: plain(client) })),
    ]);
    assertEquals([...state.waiting.values()].map(plain), naive.waiting.map(plain));
    assertEquals(
      [state.capacity, state.waitingCapacity, state.isComplete, state.size, state.epoch],
      [naive.capacity, naive.waitingCapacity, naive.isComplete, naive.seats.length, naive.epoch],
    );
    assert(state.size <= state.capacity, "G3");
    const count = (has: (client: SeatedClient) => boolean) =>
      naive.seats.filter(({ client }) => has(client)).length;
    assertEquals(state.leases, count(({ leaseMs }) => leaseMs > 0));
    assertEquals(state.claimable, count(({ hash }) => hash !== undefined));
    this.#compareIndexes();
  }

  #compareIndexes(): void {
    const { state } = this.#subject;
    const { seats } = this.naive;
    for (const { ticket, client } of seats) {
      this.#ids.add(client.id);
      for (const hash of hashesOf(client)) {
        this.#hashes.add(hash);
        if (seats.filter((one) => hashesOf(one.client).includes(hash)).length > 1) this.#shared.add(hash);
      }
      assertEquals(state.seatOf(ticket)?.ticket, ticket);
    }
    for (const id of this.#ids) {
      assertEquals(state.seatById(id)?.ticket, seats.find(({ client }) => client.id === id)?.ticket);
    }
    for (const hash of this.#hashes) {
      const holders = seats.filter(({ client }) => hashesOf(client).includes(hash)).map(({ ticket }) =>
        ticket
      );
      const found = state.seatByHash(hash)?.ticket;
      if (!this.#shared.has(hash)) assertEquals(found, holders[0]);
      else {assert(
          found === undefined || holders.includes(found),
          `${hash} finds a seat that it does not claim`,
        );}
    }
    for (const seat of state.roster) {
      assertEquals(state.isSeated(seat), seats.some(({ ticket }) => ticket === seat.ticket));
    }
  }

  /** G1, G2: exactly those who moved up are told so, once, with the ranks that they had and have. */
  #settle(): void {
    const { state } = this.#subject;
    const { promoted = [], departed = [] } = state.settle() ?? {};
    const { seats } = this.naive;
    const rankOf = (ticket: number) => seats.findIndex((seat) => seat.ticket === ticket);
    assertEquals(state.roster.map(({ ticket, rank }) => [ticket, rank]), [
      ...seats.map(({ ticket }, rank) => [ticket, rank]),
    ]);
    assertEquals(
      promoted.map(({ seat, was }) => [seat.ticket, was, seat.rank]),
      this.#roster.map(({ ticket }, was) => [ticket, was, rankOf(ticket)]).filter(([, was, rank]) =>
        rank! >= 0 && rank !== was
      ),
    );
    for (const { seat, was } of promoted) assert(seat.rank < was, "G2");
    assertEquals(
      departed.map(({ ticket }) => ticket),
      this.#roster.map(({ ticket }) => ticket).filter((ticket) => rankOf(ticket) < 0),
    );
    this.#roster = seats;
  }

  #recordFor({ who, value, lag }: Step, kind: RecordKind): JournalRecord {
    const view = this.#views[Math.max(0, this.#views.length - 1 - lag)]!;
    const seat = view[who % Math.max(1, view.length)];
    const claim = { ticket: seat?.ticket ?? who, n: seat?.client.n ?? value };
    switch (kind) {
      case "start":
        return {
          kind,
          version: JOURNAL_VERSION,
          capacity: 1 + (who % 5),
          waitingCapacity: value,
          isComplete: value % 2 === 0,
        };
      case "join": {
        const id = value === 0 ? `${who % 4}` : `new ${++this.#count}`;
        const at = { ip: "127.0.0.1", port: who, since: value, identity: value === 2 ? "ops" : undefined };
        const hash = who % 4 === 0 ? undefined : `hash ${id}`;
        return { kind, id, name: `client ${id}`, ...at, hash, leaseMs: value * 100 };
      }
      case "withdraw":
        return { kind, id: this.naive.waiting[who % 3]?.id ?? "nobody" };
      case "spoke":
        return { kind, ...claim, isProgram: value > 0 };
      case "claim": {
        const presented = [seat?.client.hash, seat?.client.usedHash, "wrong"][who % 3] ?? "none";
        const id = value === 0 ? `${who % 4}` : `back ${++this.#count}`;
        const hash = value === 1 ? undefined : `next ${++this.#count}`;
        return { kind, ...claim, id, presented, hash };
      }
      case "yield":
        return { kind, ...claim, hash: value === 0 ? undefined : `moved ${++this.#count}` };
      case "rename":
        return { kind, ...claim, name: `name ${value}` };
      case "lease":
        return {
          kind,
          ...claim,
          leaseMs: value * 100,
          hash: value === 0 ? undefined : `leased ${++this.#count}`,
        };
      default:
        return { kind, ...claim };
    }
  }
}

function hashesOf({ hash, usedHash }: SeatedClient): string[] {
  return [hash, usedHash].filter((one) => one !== undefined);
}

/** As it is kept: without what is undefined. */
function plain(client: Arrival): unknown {
  return JSON.parse(JSON.stringify(client));
}
