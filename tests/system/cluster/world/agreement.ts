// Whether all nodes show the same ranking, and whether it is that of the clients.

import { within } from "../../lead/world/within.ts";
import type { MovingClient } from "./moving_client.ts";
import type { RankNode } from "./rank_node.ts";

const AGREE_MS = 30_000;

interface Row {
  readonly rank: number;
  readonly ticket: number;
  readonly name: string;
}

export async function rosterOf(node: RankNode): Promise<Row[]> {
  const { roster } = await node.status();
  return roster.map(({ rank, ticket, name }) => ({ rank, ticket, name }));
}

/** Waits until all of these nodes show the same roster, which `isIt`; that roster. */
export async function agreed(
  nodes: readonly RankNode[],
  isIt: (roster: readonly Row[]) => boolean = () => true,
): Promise<Row[]> {
  let seen: Row[][] = [];
  try {
    return await within(AGREE_MS, "all nodes show the same roster", async () => {
      seen = await Promise.all(nodes.map(rosterOf));
      const [first, ...others] = seen.map((roster) => JSON.stringify(roster));
      return others.every((other) => other === first) && isIt(seen[0]!) ? seen[0] : undefined;
    });
  } catch (error) {
    const rosters = seen.map((rows, index) =>
      `${nodes[index]!.name}: ${rows.map(({ ticket }) => ticket).join()}`
    );
    throw new Error(`${error}\n${rosters.join("\n")}`);
  }
}

/** What is wrong with a roster by what its clients know, one sentence for each. */
export function compareWithClients(roster: readonly Row[], clients: readonly MovingClient[]): string[] {
  const faults: string[] = [];
  const byTicket = new Map(roster.map((row) => [row.ticket, row]));
  if (byTicket.size !== roster.length) faults.push("two seats have one ticket");
  const taken = new Set<number>();
  for (const { name, ticket, rank } of clients) {
    const row = byTicket.get(ticket);
    if (row === undefined) faults.push(`${name} has ticket ${ticket}, which is in no roster`);
    else if (row.rank !== rank) faults.push(`${name} has rank ${rank}, and ${row.rank} in the roster`);
    if (taken.has(ticket)) faults.push(`two clients have ticket ${ticket}`);
    taken.add(ticket);
  }
  for (const { ticket, name } of roster) {
    if (!taken.has(ticket)) faults.push(`nobody has ticket ${ticket} (${name})`);
  }
  return faults;
}
