// The line being typed: node:readline does editing and history as people know them, but draws nothing. It has no output
// stream; terminal_display.ts paints what stands in it, so that there is one hand on the screen.

import { createInterface, type Interface } from "node:readline";
import type { ReadStream } from "node:tty";
import type { Completion } from "./completion.ts";

export interface EditorHandlers {
  /** A line is complete; in a paste one call for each, in order. */
  readonly onLine: (line: string) => void;
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
  readonly #input: ReadStream;
  readonly #handlers: EditorHandlers;
  readonly #readline: Interface;
  /** What the last Tab left open. */
  #openCandidates: readonly string[] = [];
  #isClosed = false;

  /** Puts the terminal into raw mode until `close()`. */
  constructor(input: ReadStream, handlers: EditorHandlers) {
    this.#input = input;
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
    this.#readline.on("line", handlers.onLine);
    this.#readline.on("SIGINT", handlers.onInterrupt);
    // A stopped client could not execute or answer: Ctrl-Z does nothing.
    this.#readline.on("SIGTSTP", () => {});
    this.#readline.on("close", this.#onClose);
    // After readline's own listener, so that the line has taken the key in already.
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

  /** Leaves raw mode and reads no further. May be called again. */
  close(): void {
    this.#isClosed = true;
    this.#input.off("keypress", this.#onKeypress);
    this.#readline.close();
    this.#input.setRawMode(false);
    this.#input.pause();
  }

  readonly #onKeypress = (_text: string | undefined, key: Key | undefined): void => {
    if (key?.ctrl === true && key.name === "l") this.#handlers.onClearScreen();
    if (key?.name === "tab" && this.#openCandidates.length > 0) {
      this.#handlers.onCandidates(this.#openCandidates);
    }
    this.#openCandidates = [];
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
