// The state that the records of a cluster lead to: the roster, as on a single server, and what the nodes know of each other.
// It is changed by apply_cluster.ts alone.

import { apply, type Arrival, type Effect, type JournalRecord, type Position } from "../mod.ts";
import { type RosterSeat, RosterState } from "../mod.ts";
import { type Chain, chainText, extendChain, NO_CHAIN, readChain } from "./chain.ts";
import { checkRules, type ClusterConfig } from "./cluster_record.ts";
import type { ClusterSnapshot, SnapshotMark } from "./cluster_snapshot.ts";
import { LiveNodes } from "./live_nodes.ts";

/**
 * A record may seat several clients, each with its own ticket. So the roster counts its own positions: those of the record at
 * sequence `s` begin with `s` times this.
 */
export const TICKETS_PER_RECORD = 512;

/** Of the roster's records, by rules 1. */
const ROSTER_VERSION = 1;

/** @typeParam Member what the server attaches to a seat; it is no part of the state. */
export class ClusterState<Member = unknown> {
  /** The identity of the log. */
  readonly log: string;
  #position: Position = 0;
  #chain: Chain = NO_CHAIN;
  #config: ClusterConfig | undefined;
  #nodes = new LiveNodes();
  #snapshots: readonly SnapshotMark[] = [];
  #roster: RosterState<Member>;

  /** @param placeholder the member of a seat until another one is attached */
  constructor(log: string, placeholder: Member) {
    this.log = log;
    this.#roster = new RosterState(placeholder);
  }

  /** The sequence of the last record that was applied. */
  get position(): Position {
    return this.#position;
  }

  get chain(): Chain {
    return this.#chain;
  }

  /** Undefined before the first `config`. */
  get config(): ClusterConfig | undefined {
    return this.#config;
  }

  get nodes(): LiveNodes {
    return this.#nodes;
  }

  /** The newest two that were kept, the older one first. */
  get snapshots(): readonly SnapshotMark[] {
    return this.#snapshots;
  }

  /** The node of a seat is that of its client's connection, or of its last one when the seat is away. */
  get roster(): RosterState<Member> {
    return this.#roster;
  }

  /** The record after the last one was applied. @param text the record, and what came of it */
  advance(text: string): void {
    this.#position++;
    this.#chain = extendChain(this.#chain, text);
  }

  /** @throws {Error} for rules that this program may not understand */
  configure(config: ClusterConfig): void {
    checkRules(config.rules);
    const { capacity, waitingCapacity, leaseMaxMs } = config;
    if (this.#config === undefined) {
      // Clients of an earlier log may have leases that this one does not contain.
      const start = { capacity, waitingCapacity, leaseMaxMs, isComplete: false };
      this.applyToRoster({ kind: "start", version: ROSTER_VERSION, ...start });
    } else this.#roster.resize(capacity, waitingCapacity, leaseMaxMs);
    this.#config = config;
  }

  applyToRoster(record: JournalRecord): readonly Effect<Member>[] {
    return apply(this.#roster, this.#nextTicket, record);
  }

  /** Seats clients that wait although there is room, which only a higher capacity leads to; the others with later records. */
  admit(): Effect<Member>[] {
    const admitted: Effect<Member>[] = [];
    const roster = this.#roster;
    while (roster.size < roster.capacity && this.#nextTicket < (this.#position + 2) * TICKETS_PER_RECORD) {
      const client = roster.takeFirstWaiting();
      if (client === undefined) break;
      roster.advance(this.#nextTicket);
      admitted.push({ kind: "seated", seat: roster.seat(client), hasWaited: true });
    }
    return admitted;
  }

  /** The node is gone for good: its seats are away, and its clients wait no more. */
  removeNode(node: string): { away: readonly RosterSeat<Member>[]; withdrawn: readonly Arrival[] } {
    this.#nodes.remove(node);
    const roster = this.#roster;
    const away = roster.seats.filter(({ client }) => client.node === node && !client.isAway);
    const withdrawn = [...roster.waiting.values()].filter((client) => client.node === node);
    roster.advance(this.#nextTicket);
    for (const seat of away) roster.change(seat, { isAway: true });
    if (away.length > 0) roster.revise();
    for (const { id } of withdrawn) roster.removeWaiting(id);
    return { away, withdrawn };
  }

  addSnapshot(snapshot: SnapshotMark): void {
    this.#snapshots = [...this.#snapshots, snapshot].slice(-2);
  }

  /** Of the record that is applied: the one after the last. */
  get #nextTicket(): Position {
    return Math.max((this.#position + 1) * TICKETS_PER_RECORD, this.#roster.position + 1);
  }

  toSnapshot(): ClusterSnapshot {
    return {
      log: this.log,
      position: this.#position,
      chain: chainText(this.#chain),
      config: this.#config,
      ...this.#nodes.toSaved(),
      snapshots: this.#snapshots,
      roster: this.#roster.toSnapshot(),
    };
  }

  /** @throws {Error} when it is of rules that this program does not know, or its seats are not in ticket order */
  static fromSnapshot<Member>(snapshot: ClusterSnapshot, placeholder: Member): ClusterState<Member> {
    if (snapshot.config !== undefined) checkRules(snapshot.config.rules);
    const state = new ClusterState(snapshot.log, placeholder);
    state.#position = snapshot.position;
    state.#chain = readChain(snapshot.chain);
    state.#config = snapshot.config;
    state.#nodes = new LiveNodes(snapshot.nodes, snapshot.gone);
    state.#snapshots = snapshot.snapshots;
    state.#roster = RosterState.fromSnapshot(snapshot.roster, placeholder);
    return state;
  }
}
