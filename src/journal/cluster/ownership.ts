// A seat belongs to a connection, but the log decides who has it, and the caller who asked may be gone when it does. So what a
// node does about its seats follows from the records that it applies, never from who waits for them.

import type { RosterSeat } from "../mod.ts";
import type { ClusterEffect } from "./cluster_effect.ts";
import type { ClusterRecord } from "./cluster_record.ts";
import type { ClusterState } from "./cluster_state.ts";

/** The clients that are connected to a node, whether they have a seat, wait for one, or wait for an answer. */
export interface LocalClients {
  /** @param id that of the connection, as in the records */
  has(id: string): boolean;
}

/**
 * What a node must append after records were applied, its own and those of others: a seat that was given to a connection which
 * is gone is given up if it is new, or else away until it lapses. A seat with a lease is never given up: its client may lead.
 *
 * @param node the node itself
 * @param effects of the records
 */
export function recordsOwed<Member>(
  { roster }: ClusterState<Member>,
  node: string,
  effects: readonly ClusterEffect<Member>[],
  clients: LocalClients,
): ClusterRecord[] {
  const owed: ClusterRecord[] = [];
  const done = new Set<RosterSeat<Member>>();
  for (const effect of effects) {
    if (effect.kind === "waiting" && effect.client.node === node && roster.waiting.has(effect.client.id)) {
      if (!clients.has(effect.client.id)) owed.push({ kind: "withdraw", id: effect.client.id });
    }
    if (effect.kind !== "seated" && effect.kind !== "changed" && effect.kind !== "yielded") continue;
    const { seat } = effect;
    if (done.has(seat) || !roster.isSeated(seat) || !isOrphan(seat, node, clients)) continue;
    done.add(seat);
    const { ticket, client: { n, leaseMs } } = seat;
    const isNew = effect.kind === "seated" && n === 0 && leaseMs === 0;
    owed.push({ kind: isNew ? "leave" : "away", ticket, n });
  }
  return owed;
}

/** The same after a snapshot was loaded, when the records are not known. */
export function recordsOwedAfterLoad<Member>(
  { roster }: ClusterState<Member>,
  node: string,
  clients: LocalClients,
): ClusterRecord[] {
  const owed: ClusterRecord[] = [];
  for (const seat of roster.seats) {
    const { ticket, client: { n } } = seat;
    if (isOrphan(seat, node, clients)) owed.push({ kind: "away", ticket, n });
  }
  for (const client of roster.waiting.values()) {
    if (client.node === node && !clients.has(client.id)) owed.push({ kind: "withdraw", id: client.id });
  }
  return owed;
}

function isOrphan({ client }: RosterSeat, node: string, clients: LocalClients): boolean {
  return client.node === node && !client.isAway && !clients.has(client.id);
}
