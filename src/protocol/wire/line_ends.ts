// The two ends of a line that cannot be read: they may still show whose response it was.

export interface LineEnds {
  readonly beginning: string;
  /** Absent while more of the line is to come. */
  readonly ending: string | undefined;
}

/** Enough for the members of a response other than its result, in any spelling. */
const MAX_END_BYTES = 256;

// Not strict: the bytes may be cut within a character, or not be UTF-8.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The ends of a line that is there as a whole, as bytes. */
export function endsOfBytes(line: Uint8Array): LineEnds {
  const beginning = decoder.decode(line.subarray(0, MAX_END_BYTES));
  return { beginning, ending: decoder.decode(line.subarray(-MAX_END_BYTES)) };
}

/** The ends of a line that is there as a whole, as text. */
export function endsOfText(line: string): LineEnds {
  return { beginning: line.slice(0, MAX_END_BYTES), ending: line.slice(-MAX_END_BYTES) };
}

/** An overlong line on its way: nothing of it is kept but its ends. */
export class SkippedLine {
  readonly #beginning = new Uint8Array(MAX_END_BYTES);
  #beginningBytes = 0;
  /** The last bytes, at the end of the buffer. */
  readonly #ending = new Uint8Array(MAX_END_BYTES);
  #endingBytes = 0;

  add(bytes: Uint8Array): void {
    const first = bytes.subarray(0, MAX_END_BYTES - this.#beginningBytes);
    this.#beginning.set(first, this.#beginningBytes);
    this.#beginningBytes += first.length;
    const last = bytes.subarray(-MAX_END_BYTES);
    this.#ending.copyWithin(0, last.length);
    this.#ending.set(last, MAX_END_BYTES - last.length);
    this.#endingBytes = Math.min(MAX_END_BYTES, this.#endingBytes + last.length);
  }

  ends(isComplete: boolean): LineEnds {
    return {
      beginning: decoder.decode(this.#beginning.subarray(0, this.#beginningBytes)),
      ending: isComplete
        ? decoder.decode(this.#ending.subarray(MAX_END_BYTES - this.#endingBytes))
        : undefined,
    };
  }
}
