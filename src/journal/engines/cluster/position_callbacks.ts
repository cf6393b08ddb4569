// Callbacks that wait until this node has applied the record at a position.

import type { Position } from "../../mod.ts";

export class PositionCallbacks {
  readonly #waiting = new Map<Position, (() => void)[]>();

  add(position: Position, callback: () => void): void {
    const known = this.#waiting.get(position);
    if (known === undefined) this.#waiting.set(position, [callback]);
    else known.push(callback);
  }

  /** Calls back in the order of the positions. A snapshot may have skipped some. */
  reached(position: Position): void {
    if (this.#waiting.size === 0) return;
    const due = [...this.#waiting.keys()].filter((at) => at <= position).sort((a, b) => a - b);
    for (const at of due) {
      const callbacks = this.#waiting.get(at);
      this.#waiting.delete(at);
      callbacks?.forEach((callback) => callback());
    }
  }

  clear(): void {
    this.#waiting.clear();
  }
}
