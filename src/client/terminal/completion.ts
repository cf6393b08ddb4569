// What the Tab key offers: the allowed commands, also after "@2,3 ", and the words with a slash. Pure.

import { type SlashArguments, slashCompletions } from "../../protocol/methods/mod.ts";
import { isCommandName } from "../../rules/mod.ts";

/** As node:readline wants it: whole replacements for `typed`, the end of the line that they complete. */
export type Completion = readonly [candidates: string[], typed: string];

const SLASH_WORDS: ReadonlyMap<string, SlashArguments> = slashCompletions("terminal");

/**
 * Completes the line up to the cursor; a word that can be completed in one way only gets a space after it.
 *
 * @param allowed names of the allowed commands, as the server sent them
 */
export function complete(line: string, allowed: readonly string[]): Completion {
  const { before, word } = splitLast(line);
  const first = before[0];
  // A candidate goes into the line, and from there to the screen: what cannot be a name is not offered.
  const commands = allowed.filter(isCommandName);
  if (first === undefined) {
    if (word.startsWith("/")) return matching([...SLASH_WORDS.keys()], word);
    return word.startsWith("@") ? [[], word] : matching(commands, word);
  }
  if (!first.startsWith("/")) return commandAfter(before, word, commands);
  const follow = SLASH_WORDS.get(first);
  if (follow === "command") return commandAfter(before.slice(1), word, commands);
  return before.length === 1 && follow !== undefined ? matching(follow, word) : [[], word];
}

/** A command is expected where nothing but ranks comes before the word. */
function commandAfter(before: readonly string[], word: string, commands: readonly string[]): Completion {
  const isPlace = before.length === 0 || (before.length === 1 && before[0]!.startsWith("@"));
  return isPlace && !word.startsWith("@") ? matching(commands, word) : [[], word];
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
