// Random records of several authors: each knows the log up to some position, and its records arrive late, in another order, or
// twice. What they lead to is compared with the rules in their simplest form, and with every author's own state.

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  applyCluster,
  chainText,
  type ClusterEffect,
  type ClusterEntry,
  type ClusterRecord,
  type ClusterSnapshot,
  ClusterState,
  decodeEntry,
  encodeEntry,
} from "../../../src/journal/cluster/mod.ts";
import { LOG } from "./cluster_scene.ts";
import { NaiveCluster } from "./naive_cluster.ts";
import { KINDS, makeRecord, type RecordStep } from "./random_records.ts";

interface Step extends RecordStep {
  readonly action: "send" | "deliver" | "repeat" | "start" | "catch up" | "restore" | "lose" | "another log";
  /** Picks an author, or a record that is under way. */
  readonly author: number;
}

const ACTIONS: readonly Step["action"][] = [
  ...new Array(20).fill("send"),
  ...new Array(8).fill("deliver"),
  ...new Array(8).fill("catch up"),
  "repeat",
  "repeat",
  "start",
  "restore",
  "restore",
  "lose",
  "another log",
];

export const clusterSteps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    action: fc.constantFrom(...ACTIONS),
    kind: fc.constantFrom(...KINDS),
    author: fc.nat(1_000),
    who: fc.nat(1_000),
    value: fc.nat(3),
  }),
  { minLength: 60, maxLength: 250, size: "max" },
);

interface Author {
  readonly id: string;
  counter: number;
  state: ClusterState<undefined>;
}

export class ClusterHistory {
  /** What was seen, for a test that everything was. */
  readonly seen = new Set<string>();
  readonly #naive = new NaiveCluster(LOG);
  readonly #log: ClusterEntry[] = [];
  /** After each position. */
  readonly #chains: string[] = [];
  readonly #snapshots: string[] = [];
  readonly #tickets: number[] = [];
  readonly #authors: Author[] = [];
  #underWay: ClusterEntry[] = [];
  #state = new ClusterState(LOG, undefined);

  constructor() {
    this.#snapshots.push(JSON.stringify(this.#state.toSnapshot()));
    for (let i = 0; i < 3; i++) this.#start(0);
  }

  play(steps: readonly Step[]): void {
    for (const step of steps) this.#step(step);
    for (const author of this.#authors) {
      this.#catchUp(author, Infinity);
      assertEquals(saved(author.state), saved(this.#state));
    }
    for (const snapshot of this.#snapshots) {
      const state = restored(snapshot);
      this.#catchUp({ state }, Infinity);
      assertEquals(saved(state), saved(this.#state));
    }
    assertEquals(this.#tickets, [...new Set(this.#tickets)].sort((a, b) => a - b), "G10: tickets increase");
  }

  #step(step: Step): void {
    const author = this.#authors[step.author % this.#authors.length]!;
    switch (step.action) {
      case "start":
        return this.#start(step.value);
      case "catch up":
        return this.#catchUp(author, step.who % 20);
      case "restore":
        author.state = restored(JSON.stringify(author.state.toSnapshot()));
        return;
      case "repeat":
        return this.#append(this.#log[step.who % this.#log.length]!);
      case "deliver": {
        const [entry] = this.#underWay.splice(step.author % Math.max(1, this.#underWay.length), 1);
        return entry && this.#append(entry);
      }
    }
    const entry = this.#entryOf(author, makeRecord(author.state, author.id, step));
    if (step.action === "lose") return this.#append({ ...entry, pos: this.#log.length + 1 + step.value });
    if (step.action === "another log") return this.#append({ ...entry, log: "another" });
    if (step.value === 3) this.#underWay.push(entry);
    else this.#append(entry);
  }

  #start(value: number): void {
    const at = value % 2 === 0 ? JSON.stringify(this.#state.toSnapshot()) : this.#snapshots[0]!;
    const id = `node${this.#authors.length}-00c0ffee`;
    const author: Author = { id, counter: 0, state: restored(at) };
    this.#authors.push(author);
    const config = {
      version: 1,
      capacity: 4,
      waitingCapacity: 2,
      leaseMaxMs: 5_000,
      fenceBeats: 2,
      rules: 1,
    };
    this.#append(this.#entryOf(author, { kind: "config", ...config }));
    const about = { name: id, address: "", version: "0.1.0", configHash: "c" };
    this.#append(this.#entryOf(author, { kind: "hello", ...about }));
  }

  #entryOf(author: Author, record: ClusterRecord): ClusterEntry {
    const { id: node, state: { position: pos } } = author;
    return { log: LOG, node, counter: author.counter++, pos, record };
  }

  #catchUp({ state }: { state: ClusterState<undefined> }, most: number): void {
    for (let i = 0; i < most && state.position < this.#log.length; i++) {
      applyCluster(state, state.position + 1, this.#log[state.position]!);
      assertEquals(chainText(state.chain), this.#chains[state.position - 1]);
    }
  }

  #append(sent: ClusterEntry): void {
    const entry = decodeEntry(encodeEntry(sent));
    const state = this.#state;
    const wasGone = state.nodes.isGone(entry.node);
    const effects = applyCluster(state, this.#log.push(entry), entry);
    assertEquals(effects.map(({ kind }) => kind), [...this.#naive.apply(this.#log.length, entry)]);
    this.#chains.push(chainText(state.chain));
    if (this.#log.length % 16 === 0) this.#snapshots.push(JSON.stringify(state.toSnapshot()));
    for (const effect of effects) this.#note(entry, effect);
    if (wasGone) assertEquals(effects[0]?.kind, "void", "a record of a node that is gone changes nothing");
    this.#compare();
  }

  #note({ record: { kind } }: ClusterEntry, effect: ClusterEffect<undefined>): void {
    this.seen.add(`${kind}: ${effect.kind}`);
    if (effect.kind === "void") this.seen.add(`void: ${effect.reason}`);
    if (effect.kind !== "seated" && effect.kind !== "yielded") return;
    this.#tickets.push(effect.seat.ticket);
    if (effect.kind === "seated") assert(this.#state.roster.size <= this.#state.roster.capacity, "G3");
  }

  #compare(): void {
    const { roster, nodes } = this.#state;
    const naive = this.#naive;
    assertEquals(
      plain(roster.seats.map(({ ticket, client }) => ({ ticket, client }))),
      plain(naive.roster.seats),
    );
    assertEquals(plain([...roster.waiting.values()]), plain(naive.roster.waiting));
    assertEquals(
      [roster.capacity, roster.waitingCapacity, roster.unknownLeaseMs, roster.isComplete, roster.epoch],
      [
        naive.roster.capacity,
        naive.roster.waitingCapacity,
        naive.unknownLeaseMs,
        naive.roster.isComplete,
        naive.roster.epoch,
      ],
    );
    assertEquals(nodes.ids, [...naive.live].sort());
    for (const author of naive.live) {
      for (const other of naive.live) {
        if (author !== other) assertEquals(nodes.silence(author, other), naive.silence(author, other));
      }
    }
    assertEquals(this.#state.snapshots.map(({ at }) => at), naive.snapshots);
    for (const { client } of roster.seats) {
      assert(
        client.isAway || nodes.isLive(client.node!),
        "a seat that is not away has one home, which is live",
      );
    }
    for (const { node } of roster.waiting.values()) assert(nodes.isLive(node!));
  }
}

function restored(snapshot: string): ClusterState<undefined> {
  return ClusterState.fromSnapshot(JSON.parse(snapshot) as ClusterSnapshot, undefined);
}

function saved(state: ClusterState<undefined>): unknown {
  return plain(state.toSnapshot());
}

/** As it is kept: without what is undefined. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
