// The chains of the last positions, with which a node compares what the others say in their beats. It is no part of the state.

import type { Position } from "../mod.ts";
import { chainText } from "./chain.ts";
import type { ClusterState } from "./cluster_state.ts";

export class ChainHistory {
  readonly #size: number;
  readonly #positions: Float64Array;
  readonly #high: Uint32Array;
  readonly #low: Uint32Array;

  /** @param size how many positions are remembered */
  constructor(size: number) {
    this.#size = size;
    this.#positions = new Float64Array(size).fill(-1);
    this.#high = new Uint32Array(size);
    this.#low = new Uint32Array(size);
  }

  /** To be called after each record. */
  note({ position, chain }: Pick<ClusterState, "position" | "chain">): void {
    const at = position % this.#size;
    this.#positions[at] = position;
    this.#high[at] = chain.high;
    this.#low[at] = chain.low;
  }

  /** The chain at a position; `undefined` if that is too long ago, or not applied yet. */
  at(position: Position): string | undefined {
    const at = position % this.#size;
    if (this.#positions[at] !== position) return undefined;
    return chainText({ high: this.#high[at]!, low: this.#low[at]! });
  }

  /** Whether another node had a different state at this position. */
  differs(position: Position, chain: string): boolean {
    const own = this.at(position);
    return own !== undefined && own !== chain;
  }
}
