// Clients of different servers with known ranks: each joins when the one before has its seat.

import { type Json, RawClient } from "../../../support/server/raw_client.ts";

export type Ranked = RawClient & { readonly welcome: Json };

/** How one answers each `execute`; `undefined`: not at all. */
export type Answer = (params: Json) => Json | undefined;

export const OK: Answer = () => ({ code: 0 });
export const SILENT: Answer = () => undefined;

/** Joins one client at each of these ports, in this order. */
export async function joinRanked(ports: readonly number[], answer: Answer = OK): Promise<Ranked[]> {
  const clients: Ranked[] = [];
  for (const port of ports) {
    const client = await RawClient.join(port, { onLine: (to, { json }) => respond(to, json, answer) });
    await client.request("hello", { name: `rank-${clients.length}` });
    clients.push(client);
  }
  return clients;
}

export async function closeAll(clients: readonly RawClient[]): Promise<void> {
  for (const client of clients) await client.close();
}

/** The commands that it has received. */
export function executed(client: RawClient): Json[] {
  return client.notes("execute");
}

/** Of each executor in the answer to a run, by rank. */
export function statuses({ result }: Json): [rank: number, status: string][] {
  return result.results.map(({ rank, status }: Json) => [rank, status]);
}

function respond(client: RawClient, json: Json, answer: Answer): void {
  if (json?.method !== "execute" || json.id === undefined) return;
  const result = answer(json.params);
  if (result !== undefined) client.respond(json.id, result);
}
