// Finds the members that a command names by rank, ticket or name. Whether the issuer may command them is decided elsewhere.

import type { Refusal } from "../../protocol/json_rpc/mod.ts";
import type { DryRunTarget, Targets } from "../../protocol/methods/mod.ts";
import { shown, visible } from "../../words/mod.ts";
import { indexOfTicket, type Seat } from "../../ranks/mod.ts";
import { normalizeName } from "../../rules/mod.ts";

/** A named target that is no single member. */
export interface Missing {
  readonly target: Pick<DryRunTarget, "ticket" | "name">;
  readonly refusal: Refusal;
}

export interface FoundTargets {
  /** `undefined`: every member below the issuer. A rank may occur twice, or be that of no member. */
  readonly ranks: readonly number[] | undefined;
  readonly missing: readonly Missing[];
}

const SHOWN_NAME_LENGTH = 64;

/** How many targets are named, a range as one. */
export function countTargets({ to = [], to_tickets = [], to_names = [] }: Targets): number {
  return to.length + to_tickets.length + to_names.length;
}

/** Whether every member below the issuer is meant. */
export function areAllBelow({ to, to_tickets, to_names, from_rank }: Targets): boolean {
  return to === undefined && to_tickets === undefined && to_names === undefined && from_rank === undefined;
}

/** @param roster settled, in ticket order, so that the index is the rank */
export function findTargets(
  roster: readonly Seat<{ readonly name: string }>[],
  issuer: { readonly rank: number },
  targets: Targets,
): FoundTargets {
  if (areAllBelow(targets)) return { ranks: undefined, missing: [] };
  const { to = [], to_tickets = [], to_names = [], from_rank } = targets;
  const ranks = [...to];
  const missing: Missing[] = [];
  if (from_rank !== undefined) {
    // At least this rank, so that a range without members is refused.
    ranks.push(from_rank);
    for (let rank = from_rank + 1; rank < roster.length; rank++) ranks.push(rank);
  }
  for (const ticket of new Set(to_tickets)) {
    const rank = indexOfTicket(roster, ticket);
    if (rank < 0) missing.push(noTicket(ticket));
    else ranks.push(rank);
  }
  // What is too long to be a name is no member's: it stays as it is.
  const names = new Set(to_names.map((text) => normalizeName(text) ?? text));
  const ranksByName = names.size === 0 ? undefined : groupBelow(roster, issuer, names);
  for (const name of names) {
    const [rank, ...more] = ranksByName?.get(name) ?? [];
    if (rank === undefined) missing.push(noName(name));
    else if (more.length > 0) missing.push(manyNamed(name, [rank, ...more]));
    else ranks.push(rank);
  }
  return { ranks, missing };
}

/** Only below the issuer: a token may not let it see who is above. */
function groupBelow(
  roster: readonly Seat<{ readonly name: string }>[],
  issuer: { readonly rank: number },
  names: ReadonlySet<string>,
): ReadonlyMap<string, readonly number[]> {
  const ranks = new Map<string, number[]>();
  for (let rank = issuer.rank + 1; rank < roster.length; rank++) {
    const { name } = roster[rank]!.member;
    if (!names.has(name)) continue;
    const known = ranks.get(name);
    if (known === undefined) ranks.set(name, [rank]);
    else known.push(rank);
  }
  return ranks;
}

function noTicket(ticket: number): Missing {
  const message = `No client has ticket ${ticket}: it has left`;
  return { target: { ticket }, refusal: { reason: "no_recipient", message, data: { ticket } } };
}

function noName(name: string): Missing {
  const message = `No client below you has the name ${shown(name, SHOWN_NAME_LENGTH)}`;
  return { target: targetOf(name), refusal: { reason: "no_recipient", message } };
}

function manyNamed(name: string, ranks: readonly number[]): Missing {
  const few = ranks.slice(0, 10);
  const list = few.length < ranks.length ? `${few.join(", ")} and more` : few.join(", ");
  const message = `${ranks.length} clients below you have the name ${shown(name, SHOWN_NAME_LENGTH)} ` +
    `(ranks ${list}): use a rank or a ticket`;
  return { target: targetOf(name), refusal: { reason: "invalid_params", message, data: { ranks: few } } };
}

function targetOf(name: string): Missing["target"] {
  return { name: visible(name, SHOWN_NAME_LENGTH) };
}
