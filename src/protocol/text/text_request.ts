// What a person may type: the same at rankclient's prompt, in its pipe, and over a bare connection.
//
//     uptime                     to everybody below
//     @2,3 restart nginx         to ranks 2 and 3;  @4-7 for a range
//     /who                       and other words with a slash: questions to the program, never a command

import { splitWords } from "./split_words.ts";

export type TextRequest =
  | { readonly kind: "empty" }
  | {
    readonly kind: "run";
    readonly command: string;
    readonly args: readonly string[];
    readonly to?: readonly number[];
  }
  | { readonly kind: "slash"; readonly name: string; readonly words: readonly string[] }
  | { readonly kind: "invalid"; readonly message: string };

/** No roster is longer, so that no range can be written that would fill the memory. */
const MAX_SEATS = 100_000;

/** Reads one line without its ending. @param seats how many ranks there can be; a range beyond them is refused. */
export function parseTextRequest(line: string, seats = MAX_SEATS): TextRequest {
  const split = splitWords(line);
  if (!split.ok) return { kind: "invalid", message: split.message };
  const [first, ...rest] = split.words;
  if (first?.startsWith("/")) return { kind: "slash", name: first.slice(1), words: rest };
  return parseCommandWords(split.words, seats);
}

/** Reads a command that is already split into words, its ranks perhaps before it. */
export function parseCommandWords(words: readonly string[], seats = MAX_SEATS): TextRequest {
  const [first, ...rest] = words;
  if (first === undefined) return { kind: "empty" };
  if (!first.startsWith("@")) return { kind: "run", command: first, args: rest };
  const to = parseRanks(first.slice(1), seats);
  if (to === "too_many") {
    return { kind: "invalid", message: `There are ${seats} seats: no rank is higher than ${seats - 1}` };
  }
  if (to === undefined) {
    return { kind: "invalid", message: "Ranks are written like @2 or @2,3 or @4-7, then the command" };
  }
  const [command, ...args] = rest;
  if (command === undefined) return { kind: "invalid", message: `After ${first} comes a command` };
  return { kind: "run", command, args, to };
}

/** "2,4-6" to [2, 4, 5, 6]; `undefined` when it is written otherwise. */
function parseRanks(text: string, seats: number): number[] | "too_many" | undefined {
  const ranks: number[] = [];
  for (const part of text.split(",")) {
    const match = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part);
    if (match === null) return undefined;
    const first = Number(match[1]);
    const last = Number(match[2] ?? first);
    if (last < first) return undefined;
    if (last >= seats || ranks.length + last - first >= seats) return "too_many";
    for (let rank = first; rank <= last; rank++) ranks.push(rank);
  }
  return ranks;
}
