// Joins chunks for one write. Members that were sent the same commands have the same chunks in their queues, so the last
// result is kept while writes are waiting: it is made once, and not for each of them.

export class ChunkJoiner {
  #chunks: readonly Uint8Array[] = [];
  #joined: Uint8Array = new Uint8Array();

  /** The result is shared, and must not be modified. @param bytes how many the chunks are together */
  join(chunks: readonly Uint8Array[], bytes: number): Uint8Array {
    const known = this.#chunks;
    if (known.length === chunks.length && chunks.every((chunk, i) => chunk === known[i])) return this.#joined;
    const joined = new Uint8Array(bytes);
    let at = 0;
    for (const chunk of chunks) {
      joined.set(chunk, at);
      at += chunk.length;
    }
    this.#chunks = chunks;
    this.#joined = joined;
    return joined;
  }

  /** No write is waiting. */
  forget(): void {
    if (this.#chunks.length === 0) return;
    this.#chunks = [];
    this.#joined = new Uint8Array();
  }
}
