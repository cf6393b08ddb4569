// The executors that a person names before a command: ranks, names and tickets, separated by commas.

import { count } from "../../words/mod.ts";
import type { Targets } from "../methods/mod.ts";

export type ReadTargets =
  | { readonly ok: true; readonly targets: Targets }
  | { readonly ok: false; readonly message: string };

const USAGE =
  "Use @2, @2,3, @4-7 or @4- for ranks, @NAME for a name, @ticket:N for a ticket, or @all, before the command";

/** Begins a word that is one name, whatever is in it. */
const NAME = "name:";

/**
 * Reads what follows the "@". What looks like ranks is not taken for a name.
 *
 * @param seats how many ranks there can be; a higher rank is refused.
 */
export function parseTargets(text: string, seats: number): ReadTargets {
  if (text === "all") return { ok: true, targets: {} };
  if (text.startsWith(NAME)) return ofNames([text.slice(NAME.length)]);
  const found = { to: [] as number[], to_tickets: [] as number[], to_names: [] as string[] };
  let from_rank: number | undefined;
  for (const part of text.split(",")) {
    const ticket = /^ticket:(\d{1,16})$/.exec(part);
    if (ticket !== null) {
      found.to_tickets.push(Number(ticket[1]));
      continue;
    }
    if (!/^[\d-]*$/.test(part)) {
      found.to_names.push(part);
      continue;
    }
    const range = parseRange(part);
    if (range === undefined) return { ok: false, message: USAGE };
    const { first, last = first } = range;
    if (last >= seats || found.to.length + last - first >= seats) return tooMany(seats);
    if (range.isOpen) from_rank = Math.min(from_rank ?? first, first);
    else for (let rank = first; rank <= last; rank++) found.to.push(rank);
  }
  const named = Object.entries(found).filter(([, items]) => items.length > 0);
  const targets: Targets = Object.fromEntries(named);
  return { ok: true, targets: from_rank === undefined ? targets : { ...targets, from_rank } };
}

/**
 * The word for one client, as a person types it: {@linkcode parseTargets} reads it as that name alone.
 *
 * @param isExplicit with "name:", also where the name can stand without it
 */
export function nameTarget(name: string, isExplicit = false): string {
  const prefix = isExplicit || !isPlain(name) ? NAME : "";
  // What would separate words, quote or escape.
  return `@${prefix}${name.replace(/[\\"' \t]/g, "\\$&")}`;
}

/** Whether a name is read as itself. */
function isPlain(name: string): boolean {
  const read = parseTargets(name, 1);
  if (!read.ok) return false;
  const { to_names = [], ...others } = read.targets;
  return to_names.length === 1 && to_names[0] === name && Object.keys(others).length === 0;
}

/** "4", "4-7", or "4-", which is open; `undefined` for anything else. */
function parseRange(part: string): { first: number; last?: number | undefined; isOpen: boolean } | undefined {
  const match = /^(\d{1,6})(?:(-)(\d{1,6})?)?$/.exec(part);
  if (match === null) return undefined;
  const first = Number(match[1]);
  const last = match[3] === undefined ? undefined : Number(match[3]);
  if (last !== undefined && last < first) return undefined;
  return { first, last, isOpen: match[2] !== undefined && last === undefined };
}

function ofNames(to_names: readonly string[]): ReadTargets {
  return to_names[0] === "" ? { ok: false, message: USAGE } : { ok: true, targets: { to_names } };
}

function tooMany(seats: number): ReadTargets {
  return { ok: false, message: `The highest rank number here is ${seats - 1} (${count(seats, "seat")})` };
}
