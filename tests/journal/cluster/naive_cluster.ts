// The rules of a cluster in their simplest form: plain lists that are searched as a whole each time. The tests compare the
// state of the cluster with it.

import {
  type ClusterConfig,
  type ClusterEffect,
  type ClusterEntry,
  TICKETS_PER_RECORD,
} from "../../../src/journal/cluster/mod.ts";
import type { JournalRecord } from "../../../src/journal/mod.ts";
import { NaiveState } from "../naive_state.ts";

type Kinds = readonly ClusterEffect["kind"][];

const VOID: Kinds = ["void"];

export class NaiveCluster {
  readonly roster = new NaiveState();
  config: ClusterConfig | undefined;
  live: string[] = [];
  readonly gone: string[] = [];
  snapshots: number[] = [];
  #leaseMaxMs = 0;
  readonly #log: string;
  /** Every valid `hello` and `beat`. */
  readonly #heard: { readonly node: string; readonly counter: number; readonly isBeat: boolean }[] = [];
  readonly #taken = new Set<string>();
  #ticket = 0;

  constructor(log: string) {
    this.#log = log;
  }

  /** @returns the kinds of effects that are expected */
  apply(position: number, entry: ClusterEntry): Kinds {
    this.#ticket = position * TICKETS_PER_RECORD;
    return [...this.#apply(position, entry), ...this.#admit()];
  }

  get unknownLeaseMs(): number {
    return this.roster.isComplete ? 0 : this.#leaseMaxMs;
  }

  silence(author: string, other: string): number {
    const last = this.#heard.findLastIndex(({ node }) => node === other);
    return this.#heard.slice(last + 1).filter(({ node, isBeat }) => node === author && isBeat).length;
  }

  #apply(position: number, entry: ClusterEntry): Kinds {
    const { node, counter, record } = entry;
    if (entry.log !== this.#log) return VOID;
    if (entry.pos >= position) {
      this.roster.isComplete = false;
      return VOID;
    }
    if (this.gone.includes(node)) return VOID;
    const isLive = this.live.includes(node);
    if (record.kind === "config") {
      const { kind: _, ...config } = record;
      const { version, rules } = this.config ?? { version: 0, rules: 0 };
      if (config.version !== version + 1 || config.rules < rules || (version > 0 && !isLive)) return VOID;
      const { capacity, waitingCapacity } = config;
      if (version === 0) {
        this.#roster({ kind: "start", version: 1, capacity, waitingCapacity, isComplete: false });
      } else Object.assign(this.roster, { capacity, waitingCapacity });
      this.config = config;
      this.#leaseMaxMs = Math.max(this.#leaseMaxMs, config.leaseMaxMs);
      return ["configured"];
    }
    if (record.kind === "hello") {
      if (this.config === undefined || isLive) return VOID;
      this.live.push(node);
      this.#heard.push({ node, counter, isBeat: false });
      return ["node live"];
    }
    const hello = this.#heard.find((one) => one.node === node && !one.isBeat);
    if (!isLive || counter <= hello!.counter || this.#taken.has(`${node} ${counter}`)) return VOID;
    this.#taken.add(`${node} ${counter}`);
    switch (record.kind) {
      case "beat":
        if (this.#heard.some((one) => one.node === node && one.counter > counter)) return VOID;
        this.#heard.push({ node, counter, isBeat: true });
        return ["heard"];
      case "fence": {
        const { of } = record;
        if (!this.live.includes(of) || of === node) return VOID;
        return this.silence(node, of) < this.config!.fenceBeats ? VOID : this.#remove(of);
      }
      case "bye":
        return this.#remove(node);
      case "snapped":
        if (record.at >= position || record.at <= Math.max(0, ...this.snapshots)) return VOID;
        this.snapshots = [...this.snapshots, record.at].slice(-2);
        return ["snapped"];
      case "lapse":
        if (record.seats.length === 0 || record.seats.length > 500) return VOID;
        return record.seats.flatMap((seat) => this.#roster({ kind: "lapse", ...seat }));
      case "join":
      case "claim":
        return this.#roster({ ...record, node });
      case "withdraw": {
        const client = this.roster.waiting.find(({ id }) => id === record.id);
        return client?.node === node ? this.#roster(record) : VOID;
      }
      case "evict":
      case "complete":
        return this.#roster(record);
      default: {
        const seat = this.roster.seats.find(({ ticket }) => ticket === record.ticket);
        return seat?.client.node === node ? this.#roster(record) : VOID;
      }
    }
  }

  #remove(node: string): Kinds {
    this.live = this.live.filter((one) => one !== node);
    this.gone.push(node);
    const { roster } = this;
    if (roster.seats.some(({ client }) => client.node === node && !client.isAway)) {
      roster.epoch = this.#ticket;
    }
    roster.seats = roster.seats.map(({ ticket, client }) => ({
      ticket,
      client: client.node === node ? { ...client, isAway: true } : client,
    }));
    roster.waiting = roster.waiting.filter((client) => client.node !== node);
    return ["node gone"];
  }

  #roster(record: JournalRecord): Kinds {
    return this.roster.apply(this.#ticket++, record) as Kinds;
  }

  #admit(): Kinds {
    const { roster } = this;
    const admitted: ClusterEffect["kind"][] = [];
    while (roster.seats.length < roster.capacity && roster.waiting.length > 0) {
      const fresh = { n: 0, isProgram: false, isAway: false, isEvicted: false };
      const client = { ...fresh, ...roster.waiting.shift()! };
      roster.epoch = this.#ticket;
      roster.seats = [...roster.seats, { ticket: this.#ticket++, client }];
      admitted.push("seated");
    }
    return admitted;
  }
}
