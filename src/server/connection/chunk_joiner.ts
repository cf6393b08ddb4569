// Joins chunks for one write. Members that were sent the same commands have the same chunks in their queues, so the last
// result is kept while writes are waiting: it is made once, and not for each of them.

import { joinBytes } from "../../protocol/wire/mod.ts";

export class ChunkJoiner {
  #chunks: readonly Uint8Array[] = [];
  #joined: Uint8Array = new Uint8Array();

  /** The result is shared, and must not be modified. */
  join(chunks: readonly Uint8Array[]): Uint8Array {
    const known = this.#chunks;
    if (known.length === chunks.length && chunks.every((chunk, i) => chunk === known[i])) return this.#joined;
    this.#chunks = chunks;
    return this.#joined = joinBytes(chunks);
  }

  /** No write is waiting. */
  forget(): void {
    if (this.#chunks.length === 0) return;
    this.#chunks = [];
    this.#joined = new Uint8Array();
  }
}
