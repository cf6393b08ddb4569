// Connections that break, or end, at every point of a dialogue: nothing of them may be left.

import type { RawClient } from "../support/server/raw_client.ts";
import { type Address, connectBreakable, type Seated, welcomed } from "./connect.ts";
import { type Scene, seat, withstands } from "./withstand.ts";

/** What a client goes through, step by step; it may be gone before each. */
const DIALOGUE: readonly ((client: RawClient, below: number, address: Address) => unknown)[] = [
  (client, _below, address) => welcomed(client, address),
  (client) => client.sendBytes('{"jsonrpc":"2.0","id":1,"me'),
  (client) => client.sendBytes('thod":"hello","params":{"name":"here and gone"}}\n'),
  (client) => client.request("watch", { on: true }),
  (client) => client.ask("roster"),
  (client, below) => client.ask("run", { command: "uptime", to: [below] }),
  (client) => client.request("yield"),
  (client) => client.sendBytes(`[${'{"jsonrpc":"2.0","id":9,"method":"ping"},'.repeat(50)}`),
  (client) => client.sendBytes("x".repeat(100_000)),
  (client) => client.notify("leave"),
];

type Ending = (client: RawClient) => unknown;
const ENDINGS: readonly Ending[] = [
  (client) => client.reset(),
  (client) => client.close(),
  (client) => client.halfClose(),
  // The rest of what it was sent is never read.
  async (client) => {
    client.stall();
    await client.reset();
  },
];

withstands({
  name: "connections that are reset, closed or half-closed at every step of a session",
  server: { top: "max_clients = 100", tables: "[session]\nresume_grace_ms = 50" },
  async strike(scene) {
    const [executor] = await seat(scene, 1) as [Seated];
    const ways = ENDINGS.flatMap((end) => DIALOGUE.map((_, steps) => ({ end, steps })));
    await Promise.all(ways.map((way) => breakOff(scene, executor.welcome.rank, way)));
    await executor.settled();
    return { tried: ways.length, refused: 0 };
  },
});

async function breakOff(
  { server, attackers }: Scene,
  below: number,
  { end, steps }: { readonly end: Ending; readonly steps: number },
): Promise<void> {
  const client = attackers.use(await connectBreakable(server.address));
  for (const step of DIALOGUE.slice(0, steps)) await step(client, below, server.address);
  await end(client);
}
