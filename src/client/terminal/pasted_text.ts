// The text of a paste to lines, in whatever pieces it arrives. Pure.

const LINE_END = /\r\n|[\r\n\u2028\u2029]/;

/** Text of one line. `isNewLine`: the line before it has ended. */
export interface PastedPart {
  readonly isNewLine: boolean;
  readonly text: string;
}

export class PastedText {
  /** The paste has ended a line, and nothing of the next one has arrived: line ends at the end of a paste are ignored. */
  #isLineDue = false;
  /** The paste had a carriage return last; a line feed after it is the same line end. */
  #hadReturn = false;

  *read(text: string): Generator<PastedPart> {
    const parts = (this.#hadReturn ? text.replace(/^\n/, "") : text).split(LINE_END);
    this.#hadReturn = text.endsWith("\r");
    for (const [index, part] of parts.entries()) {
      this.#isLineDue ||= index > 0;
      if (part === "") continue;
      yield { isNewLine: this.#isLineDue, text: part };
      this.#isLineDue = false;
    }
  }

  end(): void {
    this.#isLineDue = false;
    this.#hadReturn = false;
  }
}
