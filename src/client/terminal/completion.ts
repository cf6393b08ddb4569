// What the Tab key offers: the allowed commands, names after "@", and the words with a slash. Pure.

import {
  type ArgumentInfo,
  type CommandInfo,
  type SlashArguments,
  slashCompletions,
} from "../../protocol/methods/mod.ts";
import { nameTarget } from "../../protocol/text/mod.ts";
import { isCommandName } from "../../rules/mod.ts";
import { isVisible } from "../../words/mod.ts";

/** As node:readline wants it: whole replacements for `typed`, the end of the line that they complete. */
export type Completion = readonly [candidates: string[], typed: string];

const PLAIN_WORD = /^[\w@%+=:,./-]+$/;
/** Begins a word that is one name, whatever is in it. */
const ANY_NAME = "@name:";
const SLASH_WORDS: ReadonlyMap<string, SlashArguments> = slashCompletions("terminal");

/** What there is to offer. */
export interface Offer {
  /** Names of the allowed commands, as the server sent them. */
  readonly allowed: readonly string[];
  /** What the server says of their arguments. */
  readonly known: readonly CommandInfo[];
  /** Names of the members that a command may be addressed to. */
  readonly names: readonly string[];
}

/** Completes the line up to the cursor; a word that can be completed in one way only gets a space after it. */
export function complete(line: string, offer: Offer): Completion {
  const { before, word } = splitLast(line);
  const first = before[0];
  if (first === undefined && word.startsWith("/")) return matching([...SLASH_WORDS.keys()], word);
  if (first?.startsWith("/") !== true) return completeCommand(before, word, offer);
  const follow = SLASH_WORDS.get(first);
  if (follow === "command") return completeCommand(before.slice(1), word, offer);
  if (follow === "text") return [[], word];
  return before.length === 1 && follow !== undefined ? matching(follow, word) : [[], word];
}

/** Whether completing this line needs the names of the members. */
export function needsNames(line: string): boolean {
  const { before: [first, ...others], word } = splitLast(line);
  if (!word.startsWith("@")) return false;
  return first === undefined || (others.length === 0 && SLASH_WORDS.get(first) === "command");
}

/** A command is expected where nothing but targets comes before the word, and its arguments after it. */
function completeCommand(
  before: readonly string[],
  word: string,
  { allowed, known, names }: Offer,
): Completion {
  const hasTargets = before[0]?.startsWith("@") === true;
  const [name, ...args] = hasTargets ? before.slice(1) : before;
  if (name === undefined) {
    if (word.startsWith("@")) return hasTargets ? [[], word] : completeTargets(word, names);
    // A candidate goes into the line, and from there to the screen: what cannot be a name is not offered.
    return matching(allowed.filter(isCommandName), word);
  }
  const rule = argumentAt(known.find((command) => command.name === name)?.args ?? [], args.length);
  // What would need quotes, or would drive the screen, is not offered.
  return matching((rule?.one_of ?? []).filter((value) => PLAIN_WORD.test(value)), word);
}

/** Completes the last of the targets. A name that is written with "@name:" stands alone. */
function completeTargets(word: string, names: readonly string[]): Completion {
  const isExplicit = word.startsWith(ANY_NAME);
  const targets = names.filter(isVisible).map((name) => nameTarget(name, isExplicit));
  const comma = isExplicit ? -1 : word.lastIndexOf(",");
  if (comma < 0) return matching(["@all", ...targets], word);
  const earlier = word.slice(0, comma + 1);
  const others = targets.filter((target) => !target.startsWith(ANY_NAME));
  return matching(others.map((target) => earlier + target.slice(1)), word);
}

function argumentAt(rules: readonly ArgumentInfo[], index: number): ArgumentInfo | undefined {
  const last = rules.at(-1);
  return rules[index] ?? (last?.rest === true ? last : undefined);
}

function matching(candidates: readonly string[], word: string): Completion {
  const found = [...new Set(candidates)].filter((candidate) => candidate.startsWith(word)).sort();
  return [found.length === 1 ? [`${found[0]} `] : found, word];
}

/** Quotes need no care here: no command has a space in its name, and in that of a member it is escaped. */
function splitLast(line: string): { before: string[]; word: string } {
  const words = line.trimStart().split(/(?<!\\)[ \t]+/);
  return { before: words.slice(0, -1), word: words.at(-1) ?? "" };
}
