// The only writer to the screen: keeps what is painted, gathers what changes while it is written, and writes it in one
// piece, so that nothing can come between an escape and its text. One write is in flight; a terminal that accepts nothing,
// because it or a network hangs, delays nothing but the painting.

import { type Sink, writeAll } from "../../protocol/wire/mod.ts";
import { type LiveView, NOTHING_PAINTED, type Painted, repaint, type ScreenSize } from "./screen/mod.ts";
import type { Style } from "../output/mod.ts";
import type { TerminalOutput } from "./terminal_io.ts";
import { settlesWithin } from "../../time/mod.ts";
import { count } from "../../words/mod.ts";

/** For an output of unknown size, such as some pseudo-terminals. */
const DEFAULT_SIZE: ScreenSize = Object.freeze({ columns: 80, rows: 24 });

const CLEAR_SCREEN = "\x1b[H\x1b[2J";
/** Bracketed paste: the terminal marks what is pasted, so that it is not taken for typed. */
const MARK_PASTES = "\x1b[?2004h";
const MARK_NO_PASTES = "\x1b[?2004l";

const encoder = new TextEncoder();

export interface DisplayParts {
  /** Says its size; nothing is written to it, since that would wait for the terminal. */
  readonly output: TerminalOutput;
  readonly sink: Sink;
  readonly style: Style;
  /** Gives the live part whenever it is painted. */
  readonly viewNow: () => LiveView;
  /** Lines that wait for a slow terminal; further ones are left out and counted. */
  readonly maxLines: number;
}

export class Display {
  readonly #parts: DisplayParts;
  #painted: Painted = NOTHING_PAINTED;
  /** Lines to be written for good with the next painting. */
  #above: string[] = [];
  #leftOut = 0;
  /** Written before the next painting. */
  #before = MARK_PASTES;
  #scheduled: ReturnType<typeof setImmediate> | undefined;
  #writing: Promise<void> | undefined;
  /** Something has changed since the painting that is being written. */
  #isStale = false;
  #isClosed = false;

  constructor(parts: DisplayParts) {
    this.#parts = parts;
    parts.output.on("resize", this.update);
  }

  get size(): ScreenSize {
    const { columns, rows } = this.#parts.output;
    return { columns: columns || DEFAULT_SIZE.columns, rows: rows || DEFAULT_SIZE.rows };
  }

  /** Writes lines above the live part, for good. They hold nothing but text and style. */
  print(lines: readonly string[]): void {
    if (lines.length === 0) return;
    const waiting = this.#above.length;
    if (this.#leftOut > 0 || (waiting > 0 && waiting + lines.length > this.#parts.maxLines)) {
      this.#leftOut += lines.length;
    } else {
      // Not spread into push: a roster may have more lines than a call takes arguments.
      this.#above = this.#above.concat(lines);
    }
    this.update();
  }

  /** The live part has changed, or the size has. */
  readonly update = (): void => {
    if (this.#isClosed) return;
    if (this.#writing !== undefined) {
      this.#isStale = true;
      return;
    }
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = undefined;
      this.#paint(this.#parts.viewNow());
    });
  };

  /** Empties the screen; the live part comes back at its top. */
  clear(): void {
    this.#painted = NOTHING_PAINTED;
    this.#before = CLEAR_SCREEN;
    this.update();
  }

  /** Resolves when the terminal has taken what was written so far. */
  async idle(): Promise<void> {
    await this.#writing;
  }

  /** Something else has used the terminal: the live part comes back below it. */
  restore(): void {
    this.#painted = NOTHING_PAINTED;
    this.#before = `${MARK_PASTES}\r`;
    this.update();
  }

  /**
   * Writes what is due, takes the live part away and leaves the cursor at the start of a row. Nothing comes after.
   *
   * @returns false when the terminal has not taken all of it within `ms` milliseconds.
   */
  async close(ms: number): Promise<boolean> {
    this.#isClosed = true;
    this.#parts.output.off("resize", this.update);
    clearImmediate(this.#scheduled);
    return await settlesWithin(this.#finish(), ms);
  }

  async #finish(): Promise<void> {
    await this.#writing;
    this.#before += MARK_NO_PASTES;
    this.#paint(undefined);
    await this.#writing;
  }

  #paint(view: LiveView | undefined): void {
    const { style, sink } = this.#parts;
    if (this.#leftOut > 0) {
      this.#above.push(
        style.notable(`${count(this.#leftOut, "line was", "lines were")} left out: the terminal is too slow`),
      );
    }
    const { text, painted } = repaint(this.#painted, this.#above, view, this.size, style);
    const bytes = encoder.encode(this.#before + text);
    this.#above = [];
    this.#leftOut = 0;
    this.#before = "";
    this.#painted = painted;
    this.#isStale = false;
    // A terminal that is gone shows nothing; its input and a signal report that.
    this.#writing = writeAll(sink, bytes).catch(() => {}).then(() => {
      this.#writing = undefined;
      if (this.#isStale) this.update();
    });
  }
}
