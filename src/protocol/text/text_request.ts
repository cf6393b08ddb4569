// What a person may type: the same at rankclient's prompt, in its pipe, and over a bare connection. A line is parsed once
// into a typed request, which each of the three carries out and shows in its own way.
//
//     uptime                     to every client below
//     @2,3 restart nginx         to ranks 2 and 3;  @4-7 for a range, @4- for rank 4 and all below it
//     @web-3 restart nginx       to the client of that name;  @name:TEXT for any name, @ticket:12 for a ticket
//     # tonight's restarts       a comment
//     /roster                    and other words with a slash: questions to the program, never a command

import {
  type Face,
  findSlashName,
  type RunParams,
  SLASH_WORDS,
  type SlashArguments,
  type SlashName,
  type Targets,
} from "../methods/mod.ts";
import { splitWords } from "./split_words.ts";
import { parseTargets } from "./text_targets.ts";

/** A command with its arguments, and the executors that were named. */
export interface CommandRequest extends Targets {
  readonly kind: "run";
  readonly command: string;
  readonly args: readonly string[];
}

/** What cannot be read. `name`: that of the word with a slash before it. */
export interface InvalidRequest {
  readonly kind: "invalid";
  readonly message: string;
  readonly name?: SlashName | undefined;
}

type ArgumentsOf<W extends SlashName> = typeof SLASH_WORDS[W]["args"];

/** A word with a slash, with what belongs behind it: what is left over is ignored. */
export type SlashRequest<W extends SlashName = SlashName> = {
  [Name in W]:
    & { readonly kind: "slash"; readonly name: Name }
    & (ArgumentsOf<Name> extends "command" ? { readonly run: CommandRequest }
      : ArgumentsOf<Name> extends "text" ? { readonly text: string }
      : ArgumentsOf<Name> extends readonly [] ? unknown
      : { readonly option: ArgumentsOf<Name>[number] });
}[W];

type WithArguments<W extends SlashName> = {
  [Name in W]: ArgumentsOf<Name> extends readonly [] ? never : Name;
}[W];

/** One line, as it can be typed at a face. */
export type TextRequest<F extends Face = Face> =
  /** Nothing, or a comment. */
  | { readonly kind: "empty" }
  | CommandRequest
  | SlashRequest<SlashName<F>>
  /** A word with a slash that does not exist at that face. */
  | { readonly kind: "unknown"; readonly name: string }
  /** A word without what belongs behind it. */
  | { readonly kind: "incomplete"; readonly name: WithArguments<SlashName<F>> }
  | InvalidRequest;

/** Typed without a slash by those who do not know the words yet. */
const HELP_WORDS: readonly string[] = ["help", "?"];

/** No roster is longer, so that no range can be written that would fill the memory. */
const MAX_SEATS = 100_000;

export interface TextRequestOptions {
  /** How many ranks there can be; a range beyond them is refused. */
  readonly seats?: number | undefined;
  /** Whether the command is allowed: `help` may be. */
  readonly isCommand?: ((name: string) => boolean) | undefined;
}

/** Reads one line without its ending. */
export function parseTextRequest<F extends Face>(
  line: string,
  face: F,
  { seats = MAX_SEATS, isCommand = () => false }: TextRequestOptions = {},
): TextRequest<F> {
  if (/^[ \t]*#/.test(line)) return { kind: "empty" };
  const split = splitWords(line);
  if (!split.ok) return { kind: "invalid", message: split.message };
  const [first, ...rest] = split.words;
  if (!first?.startsWith("/")) {
    const asksForHelp = first !== undefined && HELP_WORDS.includes(first) && !isCommand(first);
    if (asksForHelp) return { kind: "slash", name: "help" } as TextRequest<F>;
    return parseCommandWords(split.words, seats);
  }
  const name = findSlashName(face, first.slice(1));
  if (name === undefined) return { kind: "unknown", name: first.slice(1) };
  return parseSlashArguments(name, rest, seats) as TextRequest<F>;
}

function parseSlashArguments(name: SlashName, words: readonly string[], seats: number): TextRequest {
  const args: SlashArguments = SLASH_WORDS[name].args;
  if (args === "command") {
    const run = parseCommandWords(words, seats);
    if (run.kind === "empty") return { kind: "incomplete", name } as TextRequest;
    return run.kind === "run" ? { kind: "slash", name, run } as TextRequest : { ...run, name };
  }
  if (args === "text") {
    const text = words.join(" ");
    return (text === "" ? { kind: "incomplete", name } : { kind: "slash", name, text }) as TextRequest;
  }
  const option = words[0];
  if (args.length === 0) return { kind: "slash", name } as TextRequest;
  const isKnown = option !== undefined && args.includes(option);
  return (isKnown ? { kind: "slash", name, option } : { kind: "incomplete", name }) as TextRequest;
}

/** Reads a command that is already split into words, its targets perhaps before it. */
export function parseCommandWords(
  words: readonly string[],
  seats = MAX_SEATS,
): { readonly kind: "empty" } | CommandRequest | InvalidRequest {
  const [first, ...rest] = words;
  if (first === undefined) return { kind: "empty" };
  if (!first.startsWith("@")) return { kind: "run", command: first, args: rest };
  const read = parseTargets(first.slice(1), seats);
  if (!read.ok) return { kind: "invalid", message: read.message };
  const [command, ...args] = rest;
  if (command === undefined) return { kind: "invalid", message: `Missing command after ${first}` };
  return { kind: "run", command, args, ...read.targets };
}

const NEEDED: Readonly<Record<WithArguments<SlashName>, string>> = {
  dry: "a command",
  watch: '"on" or "off"',
  name: "a name",
};

/** What to say of a word without what belongs behind it. */
export function incompleteMessage(name: WithArguments<SlashName>): string {
  return `/${name} needs ${NEEDED[name]}: ${SLASH_WORDS[name].usage}`;
}

/** The params of `run` for a command that was typed. */
export function toRunParams(request: CommandRequest): Omit<RunParams, "results" | "dry_run"> {
  const { kind: _, args, ...params } = request;
  return { ...params, args: [...args] };
}
