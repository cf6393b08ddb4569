// Keeps the beginning of a program's output and counts the rest. Output that was cut says so in its last line, and ends
// on a whole character.

/** A byte order mark at the start is a part of the output. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export class OutputCapture {
  readonly #maxBytes: number;
  /** Grows by doubling: a program that writes single bytes must not cost an object for each. */
  #kept = new Uint8Array(0);
  #keptBytes = 0;
  #totalBytes = 0;

  /** @param maxBytes the most bytes that {@linkcode text} takes as UTF-8, including the note about the cut. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(chunk: Uint8Array): void {
    this.#totalBytes += chunk.length;
    const kept = chunk.subarray(0, this.#maxBytes - this.#keptBytes);
    const size = this.#keptBytes + kept.length;
    if (size > this.#kept.length) {
      const grown = new Uint8Array(Math.max(size, Math.min(this.#maxBytes, 2 * this.#kept.length)));
      grown.set(this.#kept.subarray(0, this.#keptBytes));
      this.#kept = grown;
    }
    this.#kept.set(kept, this.#keptBytes);
    this.#keptBytes = size;
  }

  get text(): string {
    const bytes = this.#kept.subarray(0, this.#keptBytes);
    if (this.#totalBytes <= this.#maxBytes) return decoder.decode(bytes);
    const note = `\n[output truncated: it had ${this.#totalBytes} bytes, the limit is ${this.#maxBytes}]\n`;
    const kept = bytes.subarray(0, Math.max(0, this.#maxBytes - note.length));
    return decoder.decode(kept.subarray(0, wholeCharacters(kept))) + note;
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
