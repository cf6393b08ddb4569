// Commands to everybody below, in the one spelling that encoders without spaces give, and without escapes:
//   {"jsonrpc":"2.0","method":"run","params":{"command":"NAME","args":["...",...]}}
// Such a line is recognised and never parsed; its arguments go on as the text that they are. Many lines at once, because
// one look at a hundred lines costs less than a hundred looks. Whatever is not exactly so is for the general way.

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
  /** In UTF-16 code units. */
  readonly argLength: number;
}

interface Shape {
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
// A text as JSON leaves it alone: no quote, no backslash, and nothing that JSON has escaped.
const TEXT = String.raw`"[^"\\\x00-\x1f]*"`;
// Looked at together. A line that is recognised and then not taken has those behind it looked at again: that is to cost
// no more than handling it.
const MAX_LINES = 64;

/** Reads plain runs of a known set of commands. */
export class PlainRunReader {
  readonly #bounds: PlainRunBounds;
  #shapes: ReadonlyMap<string, Shape> = new Map();
  #last: Shape | undefined;

  constructor(commands: Iterable<string>, bounds: PlainRunBounds) {
    this.#bounds = bounds;
    this.replaceCommands(commands);
  }

  /** From now on it is these commands that are read. */
  replaceCommands(commands: Iterable<string>): void {
    const shapes = [...commands].filter(isPlain).map((command) => toShape(command, this.#bounds.argsCount));
    this.#shapes = new Map(shapes.map((shape) => [shape.command, shape]));
    this.#last = undefined;
  }

  /** The plain runs of one command that stand in `lines` from `start` on; `undefined` when the first line is none. */
  read(lines: string, start: number): PlainRuns | undefined {
    const shape = this.#shapeAt(lines, start);
    if (shape === undefined) return undefined;
    const { command, opening, pattern } = shape;
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

  #shapeAt(lines: string, start: number): Shape | undefined {
    if (this.#last !== undefined && lines.startsWith(this.#last.opening, start)) return this.#last;
    if (!lines.startsWith(BEGINNING, start)) return undefined;
    const nameAt = start + BEGINNING.length;
    const shape = this.#shapes.get(lines.slice(nameAt, lines.indexOf('"', nameAt)));
    if (shape !== undefined) this.#last = shape;
    return shape;
  }

  /** Whether no argument is too long. */
  #fits(args: string): boolean {
    const { argLength } = this.#bounds;
    return args.length <= argLength + AROUND_ARGS ||
      (JSON.parse(args) as string[]).every((arg) => arg.length <= argLength);
  }
}

/** Whether JSON writes the command as it is, so that there is one spelling of it. */
function isPlain(command: string): boolean {
  return JSON.stringify(command) === `"${command}"`;
}

function toShape(command: string, argsCount: number): Shape {
  const opening = `${BEGINNING}${command}"`;
  const texts = argsCount === 0 ? "" : `(?:${TEXT}(?:,${TEXT}){0,${argsCount - 1}})?`;
  const line = `${escape(opening)}(?:${escape(BEFORE_ARGS)}\\[${texts}\\])?${escape(ENDING)}`;
  return { command, opening, pattern: new RegExp(`(?:${line}){1,${MAX_LINES}}`, "y") };
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
