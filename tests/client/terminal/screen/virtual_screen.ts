// A terminal just large enough to see what the driver's escapes do: rows, a cursor, scrolling out at the top, wrapping
// at the right. It throws at any escape that the driver is not known to use, and at every control character.

import { textWidth } from "../../../../src/client/terminal/screen/screen_width.ts";

export class VirtualScreen {
  readonly columns: number;
  readonly rows: number;
  /** Numbers of the private modes that are on. */
  readonly modes = new Set<number>();
  /** Everything ever written, the rows that scrolled out first; the last `rows` of them are on the screen. */
  readonly #lines: string[] = [""];
  #row = 0;
  #column = 0;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
  }

  /** All rows down to the last that holds anything or the cursor, without spaces at their ends. */
  get text(): string[] {
    const lines = this.#lines.map((line) => line.trimEnd());
    while (lines.length - 1 > this.#row && lines.at(-1) === "") lines.pop();
    return lines;
  }

  /** Row, counted from the first ever written, and column. */
  get cursor(): readonly [row: number, column: number] {
    return [this.#row, this.#column];
  }

  write(text: string): void {
    // deno-lint-ignore no-control-regex
    const pieces = text.matchAll(/\x1b\[(\d*)([A-Za-z])|\x1b\[\?\d+[hl]|\r|\n|[^\r\n\x1b]+/g);
    let taken = 0;
    for (const piece of pieces) {
      if (piece.index !== taken) break;
      taken += piece[0].length;
      this.#take(piece[0], piece[1], piece[2]);
    }
    if (taken !== text.length) {
      throw new Error(`Unknown at ${taken}: ${JSON.stringify(text.slice(taken, taken + 20))}`);
    }
  }

  #take(piece: string, count: string | undefined, letter: string | undefined): void {
    if (piece === "\r") this.#column = 0;
    else if (piece === "\n") this.#lineFeed();
    else if (piece.startsWith("\x1b[?")) this.#setMode(parseInt(piece.slice(3)), piece.endsWith("h"));
    else if (letter !== undefined) this.#escape(Number(count || 1), count ?? "", letter);
    else this.#put(piece);
  }

  #setMode(mode: number, isOn: boolean): void {
    if (isOn) this.modes.add(mode);
    else this.modes.delete(mode);
  }

  #escape(count: number, parameter: string, letter: string): void {
    const top = Math.max(0, this.#lines.length - this.rows);
    switch (letter) {
      case "m":
        return;
      case "A":
        // What has scrolled out cannot be reached any more.
        this.#row = Math.max(top, this.#row - count);
        return;
      case "C":
        this.#column = Math.min(this.columns - 1, this.#column + count);
        return;
      case "H":
        this.#row = top;
        this.#column = 0;
        return;
      case "K":
        this.#lines[this.#row] = cutColumns(this.#lines[this.#row]!, this.#column);
        return;
      case "J":
        if (parameter === "" && this.#row === top && this.#column === 0) {
          throw new Error(
            "Clearing from the first column of the screen puts it into the history of some terminals",
          );
        }
        if (parameter === "2") { for (let row = top; row < this.#lines.length; row++) this.#lines[row] = ""; }
        else {
          this.#lines[this.#row] = cutColumns(this.#lines[this.#row]!, this.#column);
          this.#lines.length = this.#row + 1;
        }
        return;
      default:
        throw new Error(`Unknown escape ${parameter}${letter}`);
    }
  }

  #put(text: string): void {
    // deno-lint-ignore no-control-regex
    if (/[\x00-\x1f\x7f-\x9f]/.test(text)) throw new Error(`A control character in ${JSON.stringify(text)}`);
    for (const { segment } of new Intl.Segmenter().segment(text)) {
      const width = textWidth(segment);
      if (this.#column + width > this.columns) {
        this.#column = 0;
        this.#lineFeed();
      }
      const line = this.#lines[this.#row]!;
      const before = cutColumns(line, this.#column);
      const padded = before + " ".repeat(Math.max(0, this.#column - textWidth(before)));
      this.#lines[this.#row] = padded + segment + dropColumns(line, this.#column + width);
      this.#column += width;
    }
  }

  #lineFeed(): void {
    this.#row++;
    if (this.#row === this.#lines.length) this.#lines.push("");
  }
}

function cutColumns(line: string, columns: number): string {
  // Also what has no width, and would otherwise stay behind.
  if (columns === 0) return "";
  let kept = "";
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    if (textWidth(kept + segment) > columns) break;
    kept += segment;
  }
  return kept;
}

function dropColumns(line: string, columns: number): string {
  return line.slice(cutColumns(line, columns).length);
}
