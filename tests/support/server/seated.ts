// Several members of one server, and their order.

import { type Json, RawClient } from "./raw_client.ts";
import type { TestServer } from "./start_server.ts";

export type Seated = RawClient & { welcome: Json };

export async function joinAll(server: TestServer, count: number): Promise<Seated[]> {
  const clients: Seated[] = [];
  for (let i = 0; i < count; i++) clients.push(await RawClient.join(server.port));
  return clients;
}

export async function closeAll(clients: readonly RawClient[]): Promise<void> {
  for (const client of clients) await client.close();
}

/** The ports of the members by rank, as the last of them sees them. */
export async function order(client: RawClient): Promise<number[]> {
  const { members } = (await client.request("roster")).result;
  return members.map(({ address }: Json) => Number(address.split(":").at(-1)));
}

export function portsOf(clients: readonly RawClient[]): number[] {
  return clients.map(({ port }) => port);
}
