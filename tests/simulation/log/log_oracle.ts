// The checks of the log simulation, from outside.

import { chainText } from "../../../src/journal/cluster/mod.ts";
import type { AppliedRecord, NodeEvent } from "../../../src/journal/engines/cluster/mod.ts";
import type { LogFault, LogFaultReason } from "../../../src/journal/engines/nats/mod.ts";
import type { Violation } from "../oracle/violation.ts";
import type { Scheduler } from "../world/scheduler.ts";
import { LeaseChecks } from "./lease_checks.ts";
import type { NodeLife } from "./node_life.ts";

/** After so long without a fault, no node is suspended any more, in ms. */
const CALM_MS = 20_000;

/** So long may a node not know that its machine has slept, in ms. */
const FRESH_MS = 3_000;

interface LogHistory {
  readonly chains: Map<number, string>;
  last: number;
  /** A node that had its identity, but no record yet, begins with a new one until it notices. */
  isDeleted: boolean;
  /** Records that it has lost: `POSITION ID`. */
  readonly lost: Set<string>;
}

export class LogOracle {
  readonly leases: LeaseChecks;
  readonly covered = new Map<string, number>();
  violation: Violation | undefined;
  readonly #scheduler: Scheduler;
  readonly #capacity: number;
  /** By the identity of the log. */
  readonly #logs = new Map<string, LogHistory>();
  readonly #lives = new Map<string, NodeLife>();
  readonly #claims = new Map<string, string>();
  /** Faults that a node may stop with, because the log was damaged. */
  readonly #expected = new Set<LogFaultReason>();
  /** Have applied records that are lost. */
  readonly #astray = new WeakSet<NodeLife>();
  #disturbedAt = 0;

  constructor(scheduler: Scheduler, capacity: number) {
    this.#scheduler = scheduler;
    this.#capacity = capacity;
    this.leases = new LeaseChecks(
      (guarantee, message) => this.violate(guarantee, message),
      () => scheduler.now,
    );
  }

  violate(guarantee: string, message: string): void {
    this.violation ??= { at: this.#scheduler.now, guarantee, message };
  }

  fault(message: string): void {
    this.violate("fault", message);
  }

  cover(what: string): void {
    this.covered.set(what, (this.covered.get(what) ?? 0) + 1);
  }

  /** A fault begins or ends. */
  disturbed(): void {
    this.#disturbedAt = this.#scheduler.now;
  }

  started(life: NodeLife): void {
    this.#lives.set(life.node!.id, life);
  }

  nodeEvent(life: NodeLife, event: NodeEvent): void {
    this.cover(`node: ${event.kind === "renewed" ? event.why : event.kind}`);
    // A snapshot has replaced its state.
    if (event.kind === "loaded") this.#astray.delete(life);
    if (event.kind === "renewed") {
      this.#lives.set(event.node, life);
      this.#astray.delete(life);
      // The others may see beats of a node that has records which are lost.
      if (event.why === "diverged" && !this.#expected.has("lost")) {
        this.violate("agreement", `${event.node} has had another state`);
      }
    }
  }

  nodeFault(life: NodeLife, fault: LogFault): void {
    this.cover(`fault of a node: ${fault.reason}`);
    if (this.#expected.has(fault.reason)) return;
    this.violate("fault", `${life.process.name} has stopped with "${fault.reason}": ${fault.message}`);
  }

  applied(life: NodeLife, { position, entry, effects }: AppliedRecord<undefined>): void {
    const { state } = life.node!;
    const log = this.#log(state.log);
    const chain = chainText(state.chain);
    this.cover(`record: ${entry.record.kind}${effects[0]?.kind === "void" ? " (void)" : ""}`);
    if (state.roster.size > this.#capacity) {
      this.violate("G3", `${state.roster.size} seats, but only ${this.#capacity} are allowed`);
    }
    if (log.isDeleted) return;
    // They may have come before the loss, and waited.
    const isLost = log.lost.has(`${position} ${entry.node}.${entry.counter}`);
    if (isLost) this.#astray.add(life);
    else if (this.#astray.has(life)) {
      this.violate("agreement", `${life.node!.id} goes on at ${position} after records that are lost`);
    }
    const known = log.chains.get(position);
    if (isLost) return;
    if (known !== undefined) {
      if (known === chain) return;
      return this.violate("agreement", `${life.node!.id} has another state at ${position} than others`);
    }
    log.chains.set(position, chain);
    log.last = Math.max(log.last, position);
    // The first node that applies it.
    for (const effect of effects) {
      if (effect.kind === "left" && effect.hasLapsed) {
        this.leases.lapsed(`${state.log} ${effect.seat.ticket}`);
      }
      if (effect.kind === "node gone" && effect.isFenced) this.#fenced(effect.node.id, entry.node);
    }
  }

  /** An append that claims a seat has succeeded. */
  claimWon(log: string, ticket: number, n: number, id: string): void {
    const key = `${log} ${ticket} ${n}`;
    const other = this.#claims.get(key);
    if (other !== undefined) this.violate("claims", `${id} and ${other} have claimed ${ticket} at ${n}`);
    this.#claims.set(key, id);
  }

  /** The stream is another one. */
  recreated(identity: string): void {
    this.#expected.add("recreated");
    this.#log(identity).isDeleted = true;
    this.cover("the stream was created again");
  }

  /** The stream has lost its newest records. */
  lost(identity: string, last: number, ids: readonly (string | undefined)[], leaseMs: number): void {
    this.#expected.add("lost");
    const log = this.#log(identity);
    for (const [i, id] of ids.entries()) log.lost.add(`${last + 1 + i} ${id}`);
    for (let at = last + 1; at <= log.last; at++) log.chains.delete(at);
    log.last = Math.min(log.last, last);
    this.#claims.clear();
    this.leases.lost(this.#scheduler.now + 2 * leaseMs);
    this.cover("the stream has lost records");
  }

  /** A record that was lost may come again, at the same place. */
  stored(identity: string, sequence: number, id: string | undefined): void {
    this.#logs.get(identity)?.lost.delete(`${sequence} ${id}`);
  }

  #fenced(id: string, by: string): void {
    this.cover("fenced");
    const life = this.#lives.get(id);
    if (life === undefined || !life.isAwake || life.node?.id !== id) return;
    this.cover("fenced while it runs");
    // A monotonic clock stands still while a machine sleeps.
    const isAwakeAgain = this.#scheduler.now - life.process.machine.wokeAt < FRESH_MS;
    if (!life.node.isSuspended && !isAwakeAgain) {
      this.violate("fence", `${by} has fenced ${id}, which is not suspended`);
    }
    if (this.#scheduler.now - this.#disturbedAt > CALM_MS) {
      this.violate("fence", `${by} has fenced ${id} without a reason`);
    }
  }

  #log(identity: string): LogHistory {
    let log = this.#logs.get(identity);
    if (log === undefined) {
      this.#logs.set(identity, log = { chains: new Map(), last: 0, isDeleted: false, lost: new Set() });
    }
    return log;
  }
}
