// This node's copy of the state, built from the log. It compares its chain with those in the beats of the others.

import {
  applyCluster,
  ChainHistory,
  chainText,
  type ClusterEffect,
  type ClusterEntry,
  type ClusterSnapshot,
  ClusterState,
} from "../../cluster/mod.ts";
import type { LogRecord, LogRules, LogSnapshot, RecordBody } from "../nats/mod.ts";
import { bodyOf, entryOf } from "./log_entry.ts";
import { checkKnownRules } from "./shared_config.ts";

/** More positions than a beat can be late, even under full load. */
const CHAINS = 16_384;

export type Effects<Member> = readonly ClusterEffect<Member>[];

export interface ReplicaPort<Member> {
  readonly placeholder: Member;
  /** The current name of this node. */
  self(): string;
  applied(entry: ClusterEntry, effects: Effects<Member>): void;
  /** The state was replaced. */
  loaded(): void;
  /** Another node had another state at this position. */
  diverged(position: number, node: string): void;
}

export class Replica<Member> implements LogRules<Effects<Member>> {
  readonly #port: ReplicaPort<Member>;
  #state: ClusterState<Member>;
  #chains = new ChainHistory(CHAINS);
  /** The position of the first beat of this node that was applied to this copy. */
  #firstBeat = Infinity;

  constructor(port: ReplicaPort<Member>, identity: string) {
    this.#port = port;
    this.#state = new ClusterState(identity, port.placeholder);
  }

  get state(): ClusterState<Member> {
    return this.#state;
  }

  apply(sequence: number, record: LogRecord): Effects<Member> {
    const entry = entryOf(record);
    if (entry.record.kind === "config") checkKnownRules(entry.record.rules);
    const effects = applyCluster(this.#state, sequence, entry);
    this.#chains.note(this.#state);
    this.#port.applied(entry, effects);
    if (entry.record.kind === "beat" && effects[0]?.kind === "heard") {
      this.#compare(sequence, entry, entry.record.chain);
    }
    return effects;
  }

  restore({ state }: LogSnapshot): void {
    const snapshot = JSON.parse(state) as ClusterSnapshot;
    if (snapshot.config !== undefined) checkKnownRules(snapshot.config.rules);
    this.#state = ClusterState.fromSnapshot(snapshot, this.#port.placeholder);
    this.#chains = new ChainHistory(CHAINS);
    this.#port.loaded();
  }

  beat(): RecordBody {
    return bodyOf({ kind: "beat", chain: chainText(this.#state.chain) });
  }

  /** Earlier beats may describe a copy that their author has replaced: it had not applied a beat of this copy. */
  #compare(sequence: number, { node, pos }: ClusterEntry, chain: string): void {
    if (node === this.#port.self()) this.#firstBeat = Math.min(this.#firstBeat, sequence);
    else if (pos >= this.#firstBeat && this.#chains.differs(pos, chain)) this.#port.diverged(pos, node);
  }
}
