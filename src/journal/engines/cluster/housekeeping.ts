// The duties of every node, whenever its own beat has been applied: it fences silent nodes, and removes seats that were away
// for too long.

import type { ClusterRecord, ClusterState } from "../../cluster/mod.ts";
import { AwaySeats } from "./away_seats.ts";
import { SilentNodes } from "./silent_nodes.ts";

/** Each node waits longer than those before it, so that usually only one of them removes a seat. */
const STAGGER_MS = 1_000;

export class Housekeeping {
  readonly #graceMs: number;
  readonly #silent = new SilentNodes();
  readonly #away = new AwaySeats();
  #resumedAt = Infinity;

  constructor(graceMs: number) {
    this.#graceMs = graceMs;
  }

  /** This node is in contact with the log again. */
  resumed(now: number): void {
    this.#resumedAt = now;
  }

  heard(node: string, now: number): void {
    this.#silent.heard(node, now);
  }

  /** @returns the records that the node must append; the same ones until they are applied */
  due(state: ClusterState, self: string, now: number): readonly ClusterRecord[] {
    const fences = this.#silent.find(state, self, now, this.#resumedAt)
      .map((of): ClusterRecord => ({ kind: "fence", of }));
    const staggerMs = state.nodes.placeOf(self) * STAGGER_MS;
    const seats = this.#away.find(state.roster, now, this.#resumedAt, this.#graceMs, staggerMs);
    return seats.length === 0 ? fences : [...fences, { kind: "lapse", seats }];
  }
}
