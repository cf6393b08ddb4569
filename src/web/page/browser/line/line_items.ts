// What the list shows, from top to bottom: the members in rank order, then who waits for a seat.

import type { PageMember, PageWaiting } from "../../../messages/mod.ts";

export type LineItem =
  | { readonly kind: "member"; readonly key: string; readonly rank: number; readonly member: PageMember }
  | { readonly kind: "heading"; readonly key: string; readonly text: string }
  | { readonly kind: "waiting"; readonly key: string; readonly client: PageWaiting };

export interface LineQuery {
  readonly members: readonly PageMember[];
  readonly waiting: readonly PageWaiting[];
  /** What to search for; empty: show all. */
  readonly search: string;
  /** The name of a node by its id. */
  nodeName(id: string): string;
}

export interface FoundItems {
  readonly items: readonly LineItem[];
  /** How many members and waiting clients match. */
  readonly matches: number;
}

export function findItems({ members, waiting, search, nodeName }: LineQuery): FoundItems {
  const wanted = search.trim().toLowerCase();
  const isWanted = (...texts: readonly string[]) =>
    wanted === "" || texts.some((text) => text.toLowerCase().includes(wanted));
  const items: LineItem[] = [];
  members.forEach((member, rank) => {
    const { name, address, node, ticket } = member;
    if (String(rank) === wanted || isWanted(name, address, node === undefined ? "" : nodeName(node))) {
      items.push({ kind: "member", key: memberKey(ticket), rank, member });
    }
  });
  const found = waiting.filter(({ name, address }) => isWanted(name, address));
  const matches = items.length + found.length;
  if (found.length > 0) {
    items.push({ kind: "heading", key: "waiting", text: `Waiting for a seat: ${found.length}` });
    for (const client of found) items.push({ kind: "waiting", key: `waiting-${client.address}`, client });
  }
  return { items, matches };
}

export function memberKey(ticket: number): string {
  return `seat-${ticket}`;
}
