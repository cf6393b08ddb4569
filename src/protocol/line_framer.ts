// Bytes to lines. A TCP read may end anywhere, in the middle of a character too; a line ends at "\n" and nowhere else.
// An overlong line is reported once and skipped up to its end, so that the next line is read as if nothing had been.

/** A line that cannot be given as text: longer than the limit, or not UTF-8. */
export type LineFault = "too_long" | "bad_utf8";

/** One line without its ending. */
export type Line = { readonly text: string } | { readonly fault: LineFault };

const NEWLINE = 10;
const CARRIAGE_RETURN = "\r";
const NO_BYTES = new Uint8Array(0);
// A byte order mark is kept: stripping it would make the text depend on where a read happened to begin.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Turns a stream of chunks into lines of at most `maxLineBytes` (the "\n" not counted). */
export class LineFramer {
  /** The "\n" not counted. A line that is partly here already is held to it too. */
  maxLineBytes: number;
  /** The unfinished line; grown by doubling, so that a line fed byte by byte costs no more than in one piece. */
  #tail = NO_BYTES;
  #tailBytes = 0;
  #isSkipping = false;

  constructor(maxLineBytes: number) {
    this.maxLineBytes = maxLineBytes;
  }

  /** The lines that `chunk` completes. The chunk may be reused by the caller afterwards. */
  push(chunk: Uint8Array): Line[] {
    const lines: Line[] = [];
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      this.#keep(chunk, lines);
      return lines;
    }
    let start = 0;
    if (this.#tailBytes > 0 || this.#isSkipping) {
      start = chunk.indexOf(NEWLINE) + 1;
      this.#finishTail(chunk.subarray(0, start - 1), lines);
    }
    if (start < end) this.#takeWhole(chunk.subarray(start, end), lines);
    if (end < chunk.length) this.#keep(chunk.subarray(end), lines);
    return lines;
  }

  /** Complete lines, newline included. One decode for all of them: that is what makes small messages cheap. */
  #takeWhole(bytes: Uint8Array, lines: Line[]): void {
    if (bytes.length <= this.maxLineBytes) {
      const text = decode(bytes.subarray(0, -1));
      if (text !== undefined) {
        for (const line of text.split("\n")) lines.push({ text: withoutCarriageReturn(line) });
        return;
      }
    }
    for (let start = 0; start < bytes.length;) {
      const end = bytes.indexOf(NEWLINE, start);
      lines.push(this.#toLine(bytes.subarray(start, end)));
      start = end + 1;
    }
  }

  #toLine(bytes: Uint8Array): Line {
    if (bytes.length > this.maxLineBytes) return { fault: "too_long" };
    const text = decode(bytes);
    return text === undefined ? { fault: "bad_utf8" } : { text: withoutCarriageReturn(text) };
  }

  #finishTail(rest: Uint8Array, lines: Line[]): void {
    if (!this.#isSkipping) this.#keep(rest, lines);
    if (!this.#isSkipping) lines.push(this.#toLine(this.#tail.subarray(0, this.#tailBytes)));
    this.#isSkipping = false;
    this.#tail = NO_BYTES;
    this.#tailBytes = 0;
  }

  #keep(bytes: Uint8Array, lines: Line[]): void {
    if (this.#isSkipping) return;
    const size = this.#tailBytes + bytes.length;
    if (size > this.maxLineBytes) {
      this.#isSkipping = true;
      this.#tail = NO_BYTES;
      this.#tailBytes = 0;
      lines.push({ fault: "too_long" });
      return;
    }
    if (size > this.#tail.length) {
      const grown = new Uint8Array(Math.min(this.maxLineBytes, Math.max(64, size, 2 * this.#tail.length)));
      grown.set(this.#tail.subarray(0, this.#tailBytes));
      this.#tail = grown;
    }
    this.#tail.set(bytes, this.#tailBytes);
    this.#tailBytes = size;
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

function withoutCarriageReturn(line: string): string {
  return line.endsWith(CARRIAGE_RETURN) ? line.slice(0, -1) : line;
}
