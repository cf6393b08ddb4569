// The nodes that are live, how long each has not heard the others, and those that are gone for good. Time is counted in beats,
// because no node's clock is part of the state.

import { AppliedCounters } from "./applied_counters.ts";
import type { ClusterEntry } from "./cluster_record.ts";
import type { SavedNode } from "./cluster_snapshot.ts";

/** How many nodes that are gone are remembered: a late `hello` of an older one makes a node that is fenced soon. */
const MAX_GONE = 1_000;

export interface LiveNode {
  /** New for each life of a server. */
  readonly id: string;
  /** As configured. */
  readonly name: string;
  /** Where clients reach it, as HOST:PORT; "": not known. */
  readonly address: string;
  /** Of the program. */
  readonly version: string;
  readonly configHash: string;
}

interface NodeState extends LiveNode {
  readonly applied: AppliedCounters;
  /** The counter of its last beat. */
  lastBeat: number;
  /** Its own beats since the last one of each other node. */
  readonly silences: Map<string, number>;
}

export class LiveNodes {
  readonly #live = new Map<string, NodeState>();
  readonly #gone: Set<string>;

  constructor(live: readonly SavedNode[] = [], gone: readonly string[] = []) {
    this.#gone = new Set(gone);
    for (const { highest, missing, silences, ...node } of live) {
      const applied = new AppliedCounters(highest, missing);
      this.#live.set(node.id, { ...node, applied, silences: new Map(silences) });
    }
  }

  get size(): number {
    return this.#live.size;
  }

  /** In ascending order of their code units. */
  get ids(): readonly string[] {
    return [...this.#live.keys()].sort();
  }

  get(id: string): LiveNode | undefined {
    return this.#live.get(id);
  }

  /** The node's place among the live ones, by id: 0 is the lowest; -1 if it is not live. */
  placeOf(id: string): number {
    return this.ids.indexOf(id);
  }

  isLive(id: string): boolean {
    return this.#live.has(id);
  }

  /** Was live, and is gone for good. */
  isGone(id: string): boolean {
    return this.#gone.has(id);
  }

  /** How many beats `author` has sent since the last one of `other`. */
  silence(author: string, other: string): number {
    return this.#live.get(author)?.silences.get(other) ?? 0;
  }

  add(node: LiveNode, counter: number): LiveNode {
    const state = { ...node, applied: new AppliedCounters(counter), lastBeat: counter, silences: new Map() };
    this.#live.set(node.id, state);
    return state;
  }

  /** @returns false when this record of a live author was applied before, or comes too late */
  take({ node, counter }: Pick<ClusterEntry, "node" | "counter">): boolean {
    return this.#live.get(node)!.applied.take(counter);
  }

  /** @returns false when a later beat of the node was applied before */
  beat({ node, counter }: Pick<ClusterEntry, "node" | "counter">): boolean {
    const author = this.#live.get(node)!;
    if (counter <= author.lastBeat) return false;
    author.lastBeat = counter;
    for (const other of this.#live.values()) {
      if (other === author) continue;
      other.silences.delete(node);
      author.silences.set(other.id, (author.silences.get(other.id) ?? 0) + 1);
    }
    return true;
  }

  remove(id: string): void {
    this.#live.delete(id);
    for (const { silences } of this.#live.values()) silences.delete(id);
    this.#gone.add(id);
    if (this.#gone.size <= MAX_GONE) return;
    const [oldest] = this.#gone;
    this.#gone.delete(oldest!);
  }

  toSaved(): { nodes: SavedNode[]; gone: string[] } {
    const nodes = [...this.#live.values()].map(({ applied, silences, ...node }) => ({
      ...node,
      silences: [...silences],
      highest: applied.highest,
      missing: applied.missing,
    }));
    return { nodes, gone: [...this.#gone] };
  }
}
