// What the Tab key offers: the allowed commands, also after "@2,3 ", and the words with a slash. Pure.

import {
  type ArgumentInfo,
  type CommandInfo,
  type SlashArguments,
  slashCompletions,
} from "../../protocol/methods/mod.ts";
import { isCommandName } from "../../rules/mod.ts";

/** As node:readline wants it: whole replacements for `typed`, the end of the line that they complete. */
export type Completion = readonly [candidates: string[], typed: string];

const PLAIN_WORD = /^[\w@%+=:,./-]+$/;
const SLASH_WORDS: ReadonlyMap<string, SlashArguments> = slashCompletions("terminal");

/**
 * Completes the line up to the cursor; a word that can be completed in one way only gets a space after it.
 *
 * @param allowed names of the allowed commands, as the server sent them
 * @param known what the server says of their arguments
 */
export function complete(
  line: string,
  allowed: readonly string[],
  known: readonly CommandInfo[] = [],
): Completion {
  const { before, word } = splitLast(line);
  const first = before[0];
  // A candidate goes into the line, and from there to the screen: what cannot be a name is not offered.
  const commands = allowed.filter(isCommandName);
  if (first === undefined) {
    if (word.startsWith("/")) return matching([...SLASH_WORDS.keys()], word);
    return word.startsWith("@") ? [[], word] : matching(commands, word);
  }
  const after = (words: readonly string[]) => commandOrArgument(words, word, { commands, known });
  if (!first.startsWith("/")) return after(before);
  const follow = SLASH_WORDS.get(first);
  if (follow === "command") return after(before.slice(1));
  if (follow === "text") return [[], word];
  return before.length === 1 && follow !== undefined ? matching(follow, word) : [[], word];
}

interface Offer {
  readonly commands: readonly string[];
  readonly known: readonly CommandInfo[];
}

/** A command is expected where nothing but ranks comes before the word, and its arguments after it. */
function commandOrArgument(before: readonly string[], word: string, { commands, known }: Offer): Completion {
  const [name, ...args] = before[0]?.startsWith("@") === true ? before.slice(1) : before;
  if (name === undefined) return word.startsWith("@") ? [[], word] : matching(commands, word);
  const rule = argumentAt(known.find((command) => command.name === name)?.args ?? [], args.length);
  // What would need quotes, or would drive the screen, is not offered.
  return matching((rule?.one_of ?? []).filter((value) => PLAIN_WORD.test(value)), word);
}

function argumentAt(rules: readonly ArgumentInfo[], index: number): ArgumentInfo | undefined {
  const last = rules.at(-1);
  return rules[index] ?? (last?.rest === true ? last : undefined);
}

function matching(candidates: readonly string[], word: string): Completion {
  const found = [...new Set(candidates)].filter((candidate) => candidate.startsWith(word)).sort();
  return [found.length === 1 ? [`${found[0]} `] : found, word];
}

/** Quotes need no care here: no command has a space in its name. */
function splitLast(line: string): { before: string[]; word: string } {
  const words = line.trimStart().split(/[ \t]+/);
  return { before: words.slice(0, -1), word: words.at(-1) ?? "" };
}
