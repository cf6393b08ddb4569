// What every node does for the cluster when its own beat was applied: it gives up silent nodes, and removes seats that were
// away for too long.

import type { ClusterRecord, ClusterState } from "../../cluster/mod.ts";
import { AwaySeats } from "./away_seats.ts";
import { SilentNodes } from "./silent_nodes.ts";

/** Each node waits longer than those before it, so that one of them does it and the others find it done. */
const STAGGER_MS = 1_000;

export class Housekeeping {
  readonly #graceMs: number;
  readonly #silent = new SilentNodes();
  readonly #away = new AwaySeats();
  #resumedAt = Infinity;

  constructor(graceMs: number) {
    this.#graceMs = graceMs;
  }

  /** This node is in touch with the log again. */
  resumed(now: number): void {
    this.#resumedAt = now;
  }

  heard(node: string, now: number): void {
    this.#silent.heard(node, now);
  }

  /** @returns what the node should append; the same again until it was applied */
  due(state: ClusterState, self: string, now: number): readonly ClusterRecord[] {
    const fences = this.#silent.find(state, self, now, this.#resumedAt)
      .map((of): ClusterRecord => ({ kind: "fence", of }));
    const staggerMs = state.nodes.placeOf(self) * STAGGER_MS;
    const seats = this.#away.find(state.roster, now, this.#resumedAt, this.#graceMs, staggerMs);
    return seats.length === 0 ? fences : [...fences, { kind: "lapse", seats }];
  }
}
