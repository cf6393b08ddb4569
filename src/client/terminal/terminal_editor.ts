// The line being typed: node:readline does the usual editing and history, but draws nothing. It has no output stream;
// terminal_display.ts paints its line, so that only one part writes to the screen.

import { createInterface, type Interface } from "node:readline";
import type { Completion } from "./completion.ts";
import type { TerminalInput } from "./terminal_io.ts";

export interface EditorHandlers {
  /** A line is complete; in a paste one call for each, in order. */
  readonly onLine: (line: string) => void;
  /** A line is complete that was longer than it may be; it is dropped. */
  readonly onTooLong: () => void;
  /** The line or the cursor may have changed. */
  readonly onChange: () => void;
  /** Ctrl-C. */
  readonly onInterrupt: () => void;
  /** Ctrl-L. */
  readonly onClearScreen: () => void;
  /** Ctrl-D on an empty line, or the end of the input. */
  readonly onEnd: () => void;
  /** Tab could not get further: there is more than one way to go on. */
  readonly onCandidates: (candidates: readonly string[]) => void;
  /** @param line the line up to the cursor. */
  readonly complete: (line: string) => Completion;
}

interface Key {
  readonly name?: string | undefined;
  readonly ctrl?: boolean;
}

/** Lines that the up arrow can bring back; they live in memory alone. */
const HISTORY_LINES = 500;

export class LineEditor {
  readonly #input: TerminalInput;
  readonly #handlers: EditorHandlers;
  readonly #readline: Interface;
  /** What the last Tab left open. */
  #openCandidates: readonly string[] = [];
  /** Nothing is kept of the line that is being typed or pasted, up to its end. */
  #isTooLong = false;
  readonly #maxLength: number;
  #isClosed = false;

  /** Puts the terminal into raw mode until `close()`. @param maxLength of a line, in UTF-16 code units. */
  constructor(input: TerminalInput, maxLength: number, handlers: EditorHandlers) {
    this.#input = input;
    this.#maxLength = maxLength;
    this.#handlers = handlers;
    this.#readline = createInterface({
      input,
      terminal: true,
      historySize: HISTORY_LINES,
      removeHistoryDuplicates: true,
      completer: (line: string, done: (error: null, completion: [string[], string]) => void) => {
        const [candidates, typed] = handlers.complete(line);
        const isOpen = candidates.length > 1 && commonStart(candidates).length === typed.length;
        this.#openCandidates = isOpen ? candidates : [];
        done(null, [candidates, typed]);
      },
    });
    this.#readline.on("line", (line) => this.#lineEnded(line));
    this.#readline.on("SIGINT", () => {
      this.#isTooLong = false;
      handlers.onInterrupt();
    });
    // A stopped client could not execute or answer: Ctrl-Z does nothing.
    this.#readline.on("SIGTSTP", () => {});
    this.#readline.on("close", this.#onClose);
    // After readline's own listener, so that the line has the key already.
    input.on("keypress", this.#onKeypress);
    input.setRawMode(true);
  }

  get line(): string {
    return this.#readline.line;
  }

  /** UTF-16 code units before the cursor. */
  get cursor(): number {
    return this.#readline.cursor;
  }

  /** Empties the line. */
  clear(): void {
    // To the end, then delete to the start: the public way in.
    this.#readline.write(null, { ctrl: true, name: "e" });
    this.#readline.write(null, { ctrl: true, name: "u" });
  }

  /**
   * Leaves raw mode and reads no further.
   *
   * @param isDrained the terminal has taken all output. Changing its mode waits for that, and readline changes it when it
   * is closed; of a terminal that hangs, the runtime restores the mode when the process ends.
   */
  close(isDrained: boolean): void {
    this.#isClosed = true;
    this.#input.off("keypress", this.#onKeypress);
    if (isDrained) {
      this.#readline.close();
      this.#input.setRawMode(false);
    }
    this.#input.pause();
  }

  #lineEnded(line: string): void {
    if (!this.#isTooLong) return this.#handlers.onLine(line);
    this.#isTooLong = false;
    this.#handlers.onTooLong();
  }

  readonly #onKeypress = (_text: string | undefined, key: Key | undefined): void => {
    if (key?.ctrl === true && key.name === "l") this.#handlers.onClearScreen();
    if (key?.name === "tab" && this.#openCandidates.length > 0) {
      this.#handlers.onCandidates(this.#openCandidates);
    }
    this.#openCandidates = [];
    this.#isTooLong ||= this.#readline.line.length > this.#maxLength;
    if (this.#isTooLong) this.clear();
    this.#handlers.onChange();
  };

  readonly #onClose = (): void => {
    if (this.#isClosed) return;
    this.#handlers.onEnd();
  };
}

function commonStart(texts: readonly string[]): string {
  const [first = "", ...others] = texts;
  let length = first.length;
  for (const other of others) {
    while (!other.startsWith(first.slice(0, length))) length--;
  }
  return first.slice(0, length);
}
