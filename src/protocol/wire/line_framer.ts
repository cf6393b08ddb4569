// Bytes to lines. A TCP read may end anywhere, in the middle of a character too; a line ends at "\n" and nowhere else.
// An overlong line is reported once and skipped up to its end, so that the next line is read normally.

import { endsOfBytes, type LineEnds, SkippedLine } from "./line_ends.ts";

/** Why a line cannot be given as text: longer than the limit, or not UTF-8. */
export type LineFault = "too_long" | "bad_utf8";

/** One line without its ending. */
export type Line = { readonly text: string } | { readonly fault: LineFault };

/** Lines that came together, each with its ending; one that cannot be given; or the end of one reported before it. */
export type Block =
  | { readonly lines: string }
  | { readonly fault: LineFault; readonly ends: LineEnds }
  | { readonly skipped: LineEnds };

const NEWLINE = 10;
const CARRIAGE_RETURN = "\r";
const NO_BYTES = new Uint8Array(0);
const ENDING = Uint8Array.of(NEWLINE);
// A byte order mark is kept: stripping it would make the text depend on where a read happened to begin.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const strictDecoder = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });
/** What the decoder that is not strict puts in place of what is not UTF-8. */
const REPLACEMENT = "\ufffd";

/** Turns a stream of chunks into lines of at most `maxLineBytes` (the "\n" not counted). */
export class LineFramer {
  /** The "\n" not counted. It also applies to a line of which a part is here already. */
  maxLineBytes: number;
  /** The unfinished line; grown by doubling, so that a line fed byte by byte costs no more than in one piece. */
  #tail = NO_BYTES;
  #tailBytes = 0;
  /** The overlong line that has not ended yet. */
  #skipped: SkippedLine | undefined;

  constructor(maxLineBytes: number) {
    this.maxLineBytes = maxLineBytes;
  }

  /** The bytes of the unfinished line that are kept. */
  get unfinishedBytes(): number {
    return this.#tailBytes;
  }

  /** The lines that `chunk` completes. The chunk may be reused by the caller afterwards. */
  push(chunk: Uint8Array): Line[] {
    const lines: Line[] = [];
    for (const block of this.pushBlocks(chunk)) {
      if ("fault" in block) lines.push({ fault: block.fault });
      else if ("lines" in block) {
        for (let at = 0; at < block.lines.length;) at = takeLine(block.lines, at, lines);
      }
    }
    return lines;
  }

  /** Like {@linkcode push}, with the lines still together, for a caller that reads many at a time. */
  pushBlocks(chunk: Uint8Array): Block[] {
    const blocks: Block[] = [];
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      this.#keep(chunk, blocks);
      return blocks;
    }
    let start = 0;
    if (this.#tailBytes > 0 || this.#skipped !== undefined) {
      start = chunk.indexOf(NEWLINE) + 1;
      this.#finishTail(chunk.subarray(0, start - 1), blocks);
    }
    if (start < end) this.#takeWhole(chunk.subarray(start, end), blocks);
    if (end < chunk.length) this.#keep(chunk.subarray(end), blocks);
    return blocks;
  }

  /** Complete lines, newline included. One decode for all of them makes small messages cheap. */
  #takeWhole(bytes: Uint8Array, blocks: Block[]): void {
    if (bytes.length <= this.maxLineBytes) {
      const lines = decode(bytes);
      if (lines !== undefined) {
        blocks.push({ lines });
        return;
      }
    }
    for (let start = 0; start < bytes.length;) {
      const end = bytes.indexOf(NEWLINE, start) + 1;
      blocks.push(this.#toBlock(bytes.subarray(start, end)));
      start = end;
    }
  }

  /** One line, newline included. */
  #toBlock(bytes: Uint8Array): Block {
    const isTooLong = bytes.length - 1 > this.maxLineBytes;
    const lines = isTooLong ? undefined : decode(bytes);
    if (lines !== undefined) return { lines };
    return { fault: isTooLong ? "too_long" : "bad_utf8", ends: endsOfBytes(bytes) };
  }

  #finishTail(rest: Uint8Array, blocks: Block[]): void {
    this.#keep(rest, blocks);
    if (this.#skipped === undefined) {
      this.#append(ENDING);
      blocks.push(this.#toBlock(this.#tail.subarray(0, this.#tailBytes)));
    } else blocks.push({ skipped: this.#skipped.ends(true) });
    this.#skipped = undefined;
    this.#dropTail();
  }

  #keep(bytes: Uint8Array, blocks: Block[]): void {
    if (this.#skipped !== undefined) return this.#skipped.add(bytes);
    if (this.#tailBytes + bytes.length <= this.maxLineBytes) return this.#append(bytes);
    this.#skipped = new SkippedLine();
    this.#skipped.add(this.#tail.subarray(0, this.#tailBytes));
    this.#skipped.add(bytes);
    this.#dropTail();
    blocks.push({ fault: "too_long", ends: this.#skipped.ends(false) });
  }

  #dropTail(): void {
    this.#tail = NO_BYTES;
    this.#tailBytes = 0;
  }

  #append(bytes: Uint8Array): void {
    const size = this.#tailBytes + bytes.length;
    if (size > this.#tail.length) {
      const ahead = Math.min(this.maxLineBytes, Math.max(64, 2 * this.#tail.length));
      const grown = new Uint8Array(Math.max(size, ahead));
      grown.set(this.#tail.subarray(0, this.#tailBytes));
      this.#tail = grown;
    }
    this.#tail.set(bytes, this.#tailBytes);
    this.#tailBytes = size;
  }
}

/** Where the line at `start` of a block ends, its ending included. */
export function lineEnd(lines: string, start: number): number {
  return lines.indexOf("\n", start) + 1;
}

/** The line from `start` to `end` of a block, without its ending. */
export function lineBetween(lines: string, start: number, end: number): string {
  return lines.slice(start, lines[end - 2] === CARRIAGE_RETURN && end - 2 >= start ? end - 2 : end - 1);
}

function takeLine(lines: string, start: number, to: Line[]): number {
  const end = lineEnd(lines, start);
  to.push({ text: lineBetween(lines, start, end) });
  return end;
}

/** `undefined` when it is not UTF-8. The strict decoder takes five times as long, so it only decides cases of doubt. */
function decode(bytes: Uint8Array): string | undefined {
  const text = decoder.decode(bytes);
  if (!text.includes(REPLACEMENT)) return text;
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return undefined;
  }
}
