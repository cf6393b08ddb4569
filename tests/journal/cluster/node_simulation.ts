// Three nodes that send beats to one log, at random times and with random delays, and stop for a short or a long while. Each
// fences another as soon as the rules allow it; real nodes wait longer.

import {
  applyCluster,
  type ClusterEntry,
  type ClusterRecord,
  ClusterState,
} from "../../../src/journal/cluster/mod.ts";
import { Random } from "../../support/random.ts";
import { CONFIG, LOG } from "./cluster_scene.ts";

const TICK_MS = 50;
const BEAT_MS = 500;
const MAX_DELAY_MS = 1_000;
const MAX_PAUSE_MS = 2_500;
const LONG_PAUSE_MS = 15_000;

interface SimulatedNode {
  id: string;
  counter: number;
  state: ClusterState<undefined>;
  nextBeatMs: number;
  /** Messages of one connection keep their order. */
  lastArrivalMs: number;
  /** It stands still until then. */
  pausedUntilMs: number;
  isInLongPause: boolean;
  isFenced: boolean;
}

export interface SimulationResult {
  readonly fenced: number;
  readonly longPauses: number;
  /** Fences of nodes that did not stop for long. */
  readonly wrong: number;
  /** Nodes that stopped for long, and were not fenced when they went on. */
  readonly missed: number;
}

export class NodeSimulation {
  readonly #random: Random;
  readonly #observer = new ClusterState(LOG, undefined);
  readonly #log: ClusterEntry[] = [];
  readonly #nodes: SimulatedNode[] = [];
  readonly #result = { fenced: 0, longPauses: 0, wrong: 0, missed: 0 };
  #underWay: { readonly atMs: number; readonly entry: ClusterEntry }[] = [];
  #nowMs = 0;
  #incarnations = 0;

  constructor(seed: number, fenceBeats: number) {
    this.#random = new Random(seed);
    for (let i = 0; i < 3; i++) this.#nodes.push(this.#newNode(fenceBeats));
  }

  run(untilMs: number): SimulationResult {
    for (; this.#nowMs < untilMs; this.#nowMs += TICK_MS) this.#tick();
    return this.#result;
  }

  #tick(): void {
    const due = this.#underWay.filter(({ atMs }) => atMs <= this.#nowMs).sort((a, b) => a.atMs - b.atMs);
    this.#underWay = this.#underWay.filter(({ atMs }) => atMs > this.#nowMs);
    for (const { entry } of due) this.#append(entry);
    for (const [i, node] of this.#nodes.entries()) {
      if (this.#nowMs < node.pausedUntilMs) continue;
      if (node.isInLongPause && !node.isFenced) this.#result.missed++;
      node.isInLongPause = false;
      // Each is behind by some records.
      const behind = this.#random.below(4);
      while (node.state.position < this.#log.length - behind) this.#applyNext(node.state);
      if (node.state.nodes.isGone(node.id)) this.#nodes[i] = this.#newNode(this.#observer.config!.fenceBeats);
      else if (node.nextBeatMs <= this.#nowMs) this.#beat(node);
    }
  }

  #beat(node: SimulatedNode): void {
    node.nextBeatMs = this.#nowMs + BEAT_MS;
    this.#send(node, { kind: "beat", chain: "" });
    const { state } = node;
    for (const other of state.nodes.ids) {
      if (state.nodes.silence(node.id, other) < state.config!.fenceBeats) continue;
      this.#send(node, { kind: "fence", of: other });
    }
    const others = this.#nodes.filter((one) => one !== node);
    if (this.#random.chance(0.02)) {
      node.pausedUntilMs = this.#nowMs + this.#random.below(MAX_PAUSE_MS);
    } else if (this.#random.chance(0.005) && !others.some(({ isInLongPause }) => isInLongPause)) {
      node.pausedUntilMs = this.#nowMs + LONG_PAUSE_MS;
      node.isInLongPause = true;
      this.#result.longPauses++;
    }
  }

  #send(node: SimulatedNode, record: ClusterRecord): void {
    node.lastArrivalMs = Math.max(node.lastArrivalMs, this.#nowMs + this.#random.below(MAX_DELAY_MS));
    this.#underWay.push({ atMs: node.lastArrivalMs, entry: this.#entryOf(node, record) });
  }

  #entryOf(node: SimulatedNode, record: ClusterRecord): ClusterEntry {
    return { log: LOG, node: node.id, counter: node.counter++, pos: node.state.position, record };
  }

  #append(entry: ClusterEntry): void {
    this.#log.push(entry);
    for (const effect of this.#applyNext(this.#observer)) {
      if (effect.kind !== "node gone") continue;
      this.#result.fenced++;
      const node = this.#nodes.find(({ id }) => id === effect.node.id)!;
      node.isFenced = true;
      if (!node.isInLongPause) this.#result.wrong++;
    }
  }

  #applyNext(state: ClusterState<undefined>) {
    return applyCluster(state, state.position + 1, this.#log[state.position]!);
  }

  #newNode(fenceBeats: number): SimulatedNode {
    const id = `node-${++this.#incarnations}`;
    const state = new ClusterState(LOG, undefined);
    while (state.position < this.#log.length) this.#applyNext(state);
    const times = { nextBeatMs: this.#nowMs, lastArrivalMs: 0, pausedUntilMs: 0 };
    const node = { id, counter: 0, state, ...times, isInLongPause: false, isFenced: false };
    this.#append(this.#entryOf(node, { kind: "config", ...CONFIG, fenceBeats }));
    this.#append(
      this.#entryOf(node, { kind: "hello", name: id, address: "", version: "0.1.0", configHash: "c" }),
    );
    return node;
  }
}
