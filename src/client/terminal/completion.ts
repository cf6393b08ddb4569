// What the Tab key offers: the allowed commands, also after "@2,3 ", and the words with a slash. Pure.

import { isCommandName } from "../../rules/mod.ts";

/** As node:readline wants it: whole replacements for `typed`, the end of the line that they complete. */
export type Completion = readonly [candidates: string[], typed: string];

export interface Completable {
  /** Names of the allowed commands as the server told them: what cannot be a name is not offered. */
  readonly commands: readonly string[];
  /** Words with their slash, each with the words that may follow it. */
  readonly slashes: ReadonlyMap<string, SlashArguments>;
}

/** What follows a word with a slash: nothing, one of these words, or a command as if it stood there alone. */
export type SlashArguments = readonly string[] | "command";

/** Completes the line up to the cursor; a word that can be completed in one way only gets a space after it. */
export function complete(line: string, known: Completable): Completion {
  const { before, word } = splitLast(line);
  const first = before[0];
  // A candidate goes into the line, and from there to the screen: no stranger's text may be one.
  const commands = known.commands.filter(isCommandName);
  if (first === undefined) {
    if (word.startsWith("/")) return matching([...known.slashes.keys()], word);
    return word.startsWith("@") ? [[], word] : matching(commands, word);
  }
  if (!first.startsWith("/")) return commandAfter(before, word, commands);
  const follow = known.slashes.get(first);
  if (follow === "command") return commandAfter(before.slice(1), word, commands);
  return before.length === 1 && follow !== undefined ? matching(follow, word) : [[], word];
}

/** The word stands in the place of a command when nothing but ranks comes before it. */
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
