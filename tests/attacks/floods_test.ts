// Too much of everything: connections, comings and goings, commands, and runs that nobody answers.

import type { RawClient } from "../support/server/raw_client.ts";
import { dialBreakable, join } from "./connect.ts";
import { repeatedly } from "./repeatedly.ts";
import { type Scene, seat, withstands } from "./withstand.ts";

const CONNECTIONS = 1_000;

withstands({
  name: `a flood of connections that are reset immediately`,
  server: { top: "max_clients = 100" },
  async strike({ server }) {
    await repeatedly(CONNECTIONS, async () => {
      const { socket, carrier } = await dialBreakable(server.address);
      const closed = new Promise((resolve) => socket.once("close", resolve));
      socket.on("error", () => {});
      carrier.resetAndDestroy();
      await closed;
    });
    return { tried: CONNECTIONS, refused: 0 };
  },
});

withstands({
  name: "a flood of clients that join, set a name and leave",
  server: { top: "max_clients = 100" },
  async strike({ server }) {
    let named = 0;
    await repeatedly(CONNECTIONS / 2, async () => {
      await using client = await join(server.address);
      client.notify("hello", { name: `client ${named++}` });
      await client.settled();
    });
    return { tried: CONNECTIONS / 2, refused: 0 };
  },
});

const COMMANDS = 2_000;
const command = (params: unknown) => `${JSON.stringify({ jsonrpc: "2.0", method: "run", params })}\n`;

withstands({
  name: "floods of commands from two clients with higher ranks",
  server: { top: "max_clients = 50" },
  above: 2,
  async strike(scene) {
    await seat(scene, 10);
    const flood = command({ command: "uptime", args: ["flood"] }).repeat(COMMANDS);
    await Promise.all(scene.above.map(async (client) => {
      client.sendBytes(flood);
      await client.settled();
    }));
    return { tried: 2 * COMMANDS, refused: 0 };
  },
});

withstands({
  name: "floods of forbidden commands from twenty clients with lower ranks",
  server: { top: "max_clients = 50" },
  async strike(scene) {
    const clients = await seat(scene, 20);
    const forbidden = [
      { command: "uptime", to: scene.ranks },
      { command: "uptime", to: [20_000] },
      { command: "format" },
      { command: "reboot" },
      { command: "restart", args: ["; rm -rf /"] },
    ];
    const flood = forbidden.map(command).join("").repeat(100);
    await Promise.all(clients.map(async (client) => {
      client.sendBytes(flood);
      await client.settled();
    }));
    const refused = clients.reduce((sum, client) => sum + client.notes("refused").length, 0);
    return { tried: clients.length * forbidden.length * 100, refused };
  },
});

const RUNS = 70;

withstands({
  name: "twenty clients that fill the server with unanswered runs",
  server: { top: "max_clients = 50" },
  strike: (scene) => fillWithRuns(scene),
});

async function fillWithRuns(scene: Scene): Promise<{ tried: number; refused: number }> {
  const clients = await seat(scene, 21);
  const issuers = clients.slice(0, -1);
  const answers = issuers.map((client) =>
    Array.from(
      { length: RUNS },
      () => client.ask("run", { command: "uptime", to: [clients.at(-1)!.welcome.rank] }),
    )
  );
  await Promise.all(issuers.map((client) => client.settled()));
  const refused = issuers.map((client, i) => refusals(client, answers[i]!)).reduce((a, b) => a + b);
  return { tried: issuers.length * RUNS, refused };
}

function refusals(client: RawClient, ids: readonly number[]): number {
  return client.lines.filter(({ json }) => ids.includes(json?.id) && json.error !== undefined).length;
}
