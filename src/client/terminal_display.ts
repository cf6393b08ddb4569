// The one hand on the screen: keeps what is painted, gathers what changes within one turn, and writes it in one piece,
// so that nothing can come between an escape and its text.

import { type LiveView, NOTHING_PAINTED, type Painted, repaint, type ScreenSize } from "./screen_paint.ts";
import type { Style } from "./screen_style.ts";
import type { TerminalOutput } from "./session_port.ts";

/** For an output that does not say, as a pseudo-terminal without a size. */
const USUAL_SIZE: ScreenSize = Object.freeze({ columns: 80, rows: 24 });

export class Display {
  readonly #output: TerminalOutput;
  readonly #style: Style;
  readonly #viewNow: () => LiveView;
  #painted: Painted = NOTHING_PAINTED;
  /** Lines to be written for good with the next painting. */
  #above: string[] = [];
  #scheduled: ReturnType<typeof setImmediate> | undefined;
  #isClosed = false;

  /** @param viewNow gives the live part whenever it is painted. */
  constructor(output: TerminalOutput, style: Style, viewNow: () => LiveView) {
    this.#output = output;
    this.#style = style;
    this.#viewNow = viewNow;
    output.on("resize", this.update);
  }

  get size(): ScreenSize {
    const { columns, rows } = this.#output;
    return { columns: columns || USUAL_SIZE.columns, rows: rows || USUAL_SIZE.rows };
  }

  /** Writes lines above the live part, for good. They hold nothing but text and style. */
  print(lines: readonly string[]): void {
    if (lines.length === 0) return;
    // Not spread into push: a roster may have more lines than a call takes arguments.
    this.#above = this.#above.concat(lines);
    this.update();
  }

  /** The live part has changed, or the size has. */
  readonly update = (): void => {
    if (this.#isClosed) return;
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = undefined;
      this.#paint(this.#viewNow());
    });
  };

  /** Empties the screen; the live part comes back at its top. */
  clear(): void {
    this.#painted = NOTHING_PAINTED;
    this.#output.write("\x1b[H\x1b[2J");
    this.update();
  }

  /** Writes what is due, takes the live part away and leaves the cursor at the start of a row. Nothing comes after. */
  close(): void {
    this.#isClosed = true;
    this.#output.off("resize", this.update);
    clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    this.#paint(undefined);
  }

  #paint(view: LiveView | undefined): void {
    const { text, painted } = repaint(this.#painted, this.#above, view, this.size, this.#style);
    this.#above = [];
    this.#painted = painted;
    this.#output.write(text);
  }
}
