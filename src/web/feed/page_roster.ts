// The line of seats as the page shows it, and what has changed in it since it was last looked at.

import type { Listed } from "../../server/operator/mod.ts";
import type { PageMember } from "../messages/mod.ts";

export interface RosterDifference {
  readonly joined: PageMember[];
  /** Tickets. */
  readonly left: number[];
  readonly changed: PageMember[];
}

/** In the order of tickets, as the roster is. @param leader its ticket */
export function pageMembers(roster: Listed["roster"], leader: number | undefined): PageMember[] {
  return roster.map(({ ticket, node, member: { name, address, since, leaseMs, isOpen } }) => ({
    ticket,
    name,
    address,
    since,
    leaseMs: leaseMs > 0 ? leaseMs : undefined,
    away: isOpen ? undefined : true,
    node,
    leads: ticket === leader ? true : undefined,
  }));
}

/** Both in the order of tickets. */
export function compareRosters(before: readonly PageMember[], now: readonly PageMember[]): RosterDifference {
  const difference: RosterDifference = { joined: [], left: [], changed: [] };
  let at = 0;
  for (const member of now) {
    while (at < before.length && before[at]!.ticket < member.ticket) {
      difference.left.push(before[at++]!.ticket);
    }
    const old = before[at];
    if (old?.ticket !== member.ticket) {
      difference.joined.push(member);
      continue;
    }
    if (!isSame(old, member)) difference.changed.push(member);
    at++;
  }
  while (at < before.length) difference.left.push(before[at++]!.ticket);
  return difference;
}

function isSame(a: PageMember, b: PageMember): boolean {
  return a.name === b.name && a.address === b.address && a.since === b.since && a.leaseMs === b.leaseMs &&
    a.away === b.away && a.node === b.node && a.leads === b.leads;
}
