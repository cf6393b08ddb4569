// Keeps the beginning of a program's output and counts the rest. What is cut says so in its own last line, and ends on a
// whole character.

export class OutputCapture {
  readonly #maxBytes: number;
  readonly #chunks: Uint8Array[] = [];
  #keptBytes = 0;
  #totalBytes = 0;

  /** @param maxBytes the most bytes that {@linkcode text} takes as UTF-8, the note about the cut included. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(chunk: Uint8Array): void {
    this.#totalBytes += chunk.length;
    const room = this.#maxBytes - this.#keptBytes;
    if (room <= 0 || chunk.length === 0) return;
    // A copy: the rest of a large chunk need not be kept alive, and nobody else may change it.
    const kept = chunk.slice(0, room);
    this.#chunks.push(kept);
    this.#keptBytes += kept.length;
  }

  get text(): string {
    const bytes = new Uint8Array(this.#keptBytes);
    let at = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    if (this.#totalBytes <= this.#maxBytes) return new TextDecoder().decode(bytes);
    const note = `\n[output cut: it had ${this.#totalBytes} bytes, the limit is ${this.#maxBytes}]\n`;
    const kept = bytes.subarray(0, Math.max(0, this.#maxBytes - note.length));
    return new TextDecoder().decode(kept.subarray(0, wholeCharacters(kept))) + note;
  }
}

/** The length of `bytes` without a UTF-8 character that its end cuts in two. */
function wholeCharacters(bytes: Uint8Array): number {
  // A character has four bytes at most: a leading byte, then continuation bytes (10xxxxxx).
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
