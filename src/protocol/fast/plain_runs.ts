// Commands to every client below, in the one spelling that encoders without spaces give, and without escapes:
//   {"jsonrpc":"2.0","method":"run","params":{"command":"NAME","args":["...",...]}}
// Such a line is recognised and never parsed; its arguments are passed on as the text that they are. Many lines in one
// step, because one match over a hundred lines costs less than a hundred matches. All other lines are left to the general
// way.

import { fitsBytes } from "../../words/mod.ts";
import { lineEnd } from "../wire/mod.ts";

/** Lines for the same command, one after the other. */
export interface PlainRuns {
  readonly command: string;
  /** The arguments of each line as JSON, as `JSON.stringify` would write them. */
  readonly args: readonly string[];
  /** Where in the text they end. */
  readonly end: number;
}

/** What a command's arguments may be at most; lines with more are not read. */
export interface PlainRunBounds {
  readonly argsCount: number;
  /** As UTF-8. */
  readonly argBytes: number;
}

interface PlainLine {
  readonly command: string;
  /** The line up to the arguments. */
  readonly opening: string;
  readonly pattern: RegExp;
}

const BEGINNING = '{"jsonrpc":"2.0","method":"run","params":{"command":"';
const BEFORE_ARGS = ',"args":';
const ENDING = "}}\n";
/** `[""]`: what surrounds a single argument. */
const AROUND_ARGS = 4;
// A string that JSON writes as it is: no quote, no backslash, and nothing that JSON escapes.
const TEXT = String.raw`"[^"\\\x00-\x1f]*"`;
// Matched together. When a line that is recognised is then not taken, those behind it are matched again: that must not
// cost more than handling it.
const MAX_LINES = 64;

/** Reads plain runs of a known set of commands. */
export class PlainRunReader {
  readonly #bounds: PlainRunBounds;
  #plainLines: ReadonlyMap<string, PlainLine> = new Map();
  #last: PlainLine | undefined;

  constructor(commands: Iterable<string>, bounds: PlainRunBounds) {
    this.#bounds = bounds;
    this.replaceCommands(commands);
  }

  /** Reads these commands from now on, and no others. */
  replaceCommands(commands: Iterable<string>): void {
    const { argsCount } = this.#bounds;
    const plainLines = [...commands].filter(isPlain).map((command) => toPlainLine(command, argsCount));
    this.#plainLines = new Map(plainLines.map((plain) => [plain.command, plain]));
    this.#last = undefined;
  }

  /** The plain runs of one command in `lines` from `start` on; `undefined` when the first line is none. */
  read(lines: string, start: number): PlainRuns | undefined {
    const plain = this.#plainLineAt(lines, start);
    if (plain === undefined) return undefined;
    const { command, opening, pattern } = plain;
    pattern.lastIndex = start;
    if (!pattern.test(lines)) return undefined;
    const args: string[] = [];
    let at = start;
    while (at < pattern.lastIndex) {
      const end = lineEnd(lines, at);
      const text = lines.slice(at + opening.length + BEFORE_ARGS.length, end - ENDING.length);
      if (!this.#fits(text)) break;
      args.push(text === "" ? "[]" : text);
      at = end;
    }
    return args.length === 0 ? undefined : { command, args, end: at };
  }

  #plainLineAt(lines: string, start: number): PlainLine | undefined {
    if (this.#last !== undefined && lines.startsWith(this.#last.opening, start)) return this.#last;
    if (!lines.startsWith(BEGINNING, start)) return undefined;
    const nameAt = start + BEGINNING.length;
    const plain = this.#plainLines.get(lines.slice(nameAt, lines.indexOf('"', nameAt)));
    if (plain !== undefined) this.#last = plain;
    return plain;
  }

  /** Whether no argument is too long. */
  #fits(args: string): boolean {
    const { argBytes } = this.#bounds;
    return fitsBytes(args, argBytes + AROUND_ARGS) ||
      (JSON.parse(args) as string[]).every((arg) => fitsBytes(arg, argBytes));
  }
}

/** Whether JSON writes the command as it is, so that there is one spelling of it. */
function isPlain(command: string): boolean {
  return JSON.stringify(command) === `"${command}"`;
}

function toPlainLine(command: string, argsCount: number): PlainLine {
  const opening = `${BEGINNING}${command}"`;
  const texts = argsCount === 0 ? "" : `(?:${TEXT}(?:,${TEXT}){0,${argsCount - 1}})?`;
  const line = `${escape(opening)}(?:${escape(BEFORE_ARGS)}\\[${texts}\\])?${escape(ENDING)}`;
  return { command, opening, pattern: new RegExp(`(?:${line}){1,${MAX_LINES}}`, "y") };
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
