// The line being typed: node:readline does the usual editing and history, but draws nothing. It has no output stream;
// terminal_display.ts paints its line, so that only one part writes to the screen.

import { createInterface, type Interface } from "node:readline";
import { Readable } from "node:stream";
import type { Completion } from "./completion.ts";
import { KeyReader } from "./key_reader.ts";
import { PastedText } from "./pasted_text.ts";
import type { TerminalInput } from "./terminal_io.ts";

export interface EditorHandlers {
  /** A line is complete, or one of several pasted lines; called for each, in order. */
  readonly onLine: (line: string) => void;
  /** A line is complete that was longer than it may be; it is dropped. */
  readonly onTooLong: () => void;
  /** Pasted lines beyond what can wait for Enter are dropped. */
  readonly onDropped: (count: number) => void;
  /** The line, the cursor or the pasted lines may have changed. */
  readonly onChange: () => void;
  /** Ctrl-C. */
  readonly onInterrupt: () => void;
  /** Ctrl-L. */
  readonly onClearScreen: () => void;
  /** Ctrl-D on an empty line, or the end of the input; may be called twice. */
  readonly onEnd: () => void;
  /** Tab could not get further: there is more than one way to go on. */
  readonly onCandidates: (candidates: readonly string[]) => void;
  /** Tab. @param line the line up to the cursor, to be completed with `offer()`. */
  readonly onTab: (line: string) => void;
}

interface Key {
  readonly name?: string | undefined;
  readonly ctrl?: boolean;
}

/** Lines that the up arrow can bring back; they live in memory alone. */
const HISTORY_LINES = 500;

/** Pasted lines that wait for Enter; a longer paste was not meant for this window. */
const MAX_PASTED_LINES = 1_000;

/** Where readline reads: it gets one key at a time, so that no key is taken for a part of a paste. */
class Keys extends Readable {
  override _read(): void {}

  press(text: string): void {
    this.emit("data", text);
  }
}

export class LineEditor {
  readonly #input: TerminalInput;
  readonly #handlers: EditorHandlers;
  readonly #keys = new Keys();
  readonly #readline: Interface;
  readonly #reader = new KeyReader();
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #maxLength: number;
  readonly #pasted = new PastedText();
  #pastedLines: string[] = [];
  #droppedLines = 0;
  /** Nothing is kept of the line that is being typed or pasted, up to its end. */
  #isTooLong = false;

  /** Puts the terminal into raw mode until `close()`. @param maxLength of a line, in UTF-16 code units. */
  constructor(input: TerminalInput, maxLength: number, handlers: EditorHandlers) {
    this.#input = input;
    this.#maxLength = maxLength;
    this.#handlers = handlers;
    this.#readline = createInterface({
      input: this.#keys,
      terminal: true,
      historySize: HISTORY_LINES,
      removeHistoryDuplicates: true,
    });
    this.#readline.on("line", (line) => this.#lineEnded(line));
    this.#readline.on("SIGINT", () => {
      this.#isTooLong = false;
      handlers.onInterrupt();
    });
    // A stopped client could not execute or answer: Ctrl-Z does nothing.
    this.#readline.on("SIGTSTP", () => {});
    // Ctrl-D on an empty line.
    this.#readline.on("close", handlers.onEnd);
    // After readline's own listener, so that the line has the key already.
    this.#keys.on("keypress", this.#onKeypress);
    input.on("data", this.#onData);
    input.on("end", handlers.onEnd);
    this.setRawMode();
  }

  get line(): string {
    return this.#readline.line;
  }

  /** UTF-16 code units before the cursor. */
  get cursor(): number {
    return this.#readline.cursor;
  }

  /** Lines of a paste before the one that is being edited: Enter ends them all. */
  get pastedLines(): readonly string[] {
    return this.#pastedLines;
  }

  /** Nothing is typed, and nothing pasted waits for Enter. */
  get isEmpty(): boolean {
    return this.line === "" && this.#pastedLines.length === 0;
  }

  /** Empties the line, and drops what was pasted. */
  clear(): void {
    this.#pastedLines = [];
    this.#clearLine();
  }

  /** Completes `line`, unless the user has typed on. */
  offer(line: string, [candidates, typed]: Completion): void {
    if (line !== this.#beforeCursor) return;
    const missing = commonStart(candidates).slice(typed.length);
    if (missing !== "") this.#insert(missing);
    else if (candidates.length > 1) this.#handlers.onCandidates(candidates);
  }

  /** Also to be called when the process continues after it was stopped: the shell has changed the mode. */
  setRawMode(): void {
    this.#input.setRawMode(true);
  }

  /**
   * Leaves raw mode and reads no further.
   *
   * @param isDrained the terminal has taken all output. Changing its mode waits for that; of a terminal that hangs, the
   * runtime restores the mode when the process ends.
   */
  close(isDrained: boolean): void {
    this.#input.off("data", this.#onData);
    this.#input.off("end", this.#handlers.onEnd);
    this.#keys.off("keypress", this.#onKeypress);
    this.#readline.off("close", this.#handlers.onEnd);
    this.#readline.close();
    if (isDrained) this.#input.setRawMode(false);
    this.#input.pause();
  }

  readonly #onData = (bytes: Uint8Array): void => {
    for (const piece of this.#reader.read(this.#decoder.decode(bytes, { stream: true }))) {
      switch (piece.kind) {
        case "key":
          this.#press(piece.text);
          break;
        case "pasted":
          this.#paste(piece.text);
          break;
        case "paste_end":
          this.#endPaste();
      }
    }
    this.#handlers.onChange();
  };

  readonly #onKeypress = (_text: string | undefined, key: Key | undefined): void => {
    if (key?.ctrl === true && key.name === "l") this.#handlers.onClearScreen();
    this.#isTooLong ||= this.line.length > this.#maxLength;
    if (this.#isTooLong) this.#clearLine();
  };

  #press(key: string): void {
    if (key === "\t") this.#handlers.onTab(this.#beforeCursor);
    else if ((key === "\r" || key === "\n") && this.#pastedLines.length > 0) this.#endPastedLines();
    else this.#keys.press(key);
  }

  /** Enter: each line that has waited is one of its own, also in the history. */
  #endPastedLines(): void {
    const lines = this.#pastedLines;
    const last = this.line;
    const isTooLong = this.#isTooLong;
    this.#pastedLines = [];
    this.#isTooLong = false;
    for (const line of lines) this.#endLine(line);
    this.#isTooLong = isTooLong;
    if (last !== "" || isTooLong) this.#endLine(last);
    else this.#clearLine();
  }

  #endLine(line: string): void {
    this.#clearLine();
    this.#readline.write(line);
    this.#readline.write(null, { name: "return" });
  }

  #lineEnded(line: string): void {
    if (!this.#isTooLong) return this.#handlers.onLine(line);
    this.#isTooLong = false;
    this.#handlers.onTooLong();
  }

  get #beforeCursor(): string {
    return this.line.slice(0, this.cursor);
  }

  #paste(text: string): void {
    for (const part of this.#pasted.read(text)) {
      if (part.isNewLine) this.#holdLine();
      this.#insert(part.text);
    }
  }

  /** The line up to the cursor waits for Enter from now on. */
  #holdLine(): void {
    const line = this.#beforeCursor;
    // Delete to the start.
    this.#readline.write(null, { ctrl: true, name: "u" });
    if (this.#isTooLong) this.#handlers.onTooLong();
    else if (this.#pastedLines.length >= MAX_PASTED_LINES) this.#droppedLines++;
    else if (line !== "") this.#pastedLines.push(line);
    this.#isTooLong = false;
  }

  #endPaste(): void {
    if (this.#droppedLines > 0) this.#handlers.onDropped(this.#droppedLines);
    this.#droppedLines = 0;
    this.#pasted.end();
  }

  #insert(text: string): void {
    this.#isTooLong ||= this.line.length + text.length > this.#maxLength;
    if (this.#isTooLong) this.#clearLine();
    else this.#readline.write(text);
  }

  #clearLine(): void {
    // To the end, then delete to the start: the public way in.
    this.#readline.write(null, { ctrl: true, name: "e" });
    this.#readline.write(null, { ctrl: true, name: "u" });
  }
}

function commonStart(texts: readonly string[]): string {
  const [first = "", ...others] = texts;
  let length = first.length;
  for (const other of others) {
    while (!other.startsWith(first.slice(0, length))) length--;
  }
  return first.slice(0, length);
}
