// Lines that are meant to hurt whoever reads them: too long, too deep, too many in one, and of things that no program
// expects.

import type { RawClient, ReceivedLine } from "../support/server/raw_client.ts";
import { seat, withstands } from "./withstand.ts";

const MEBI = 1_048_576;
const run = (params: string) => `{"jsonrpc":"2.0","id":7,"method":"run","params":${params}}\n`;

/** Sends the same to all and waits until each has answered everything. @returns errors among the answers */
async function sendAll(clients: readonly RawClient[], lines: string): Promise<number> {
  const refused = await Promise.all(clients.map(async (client) => {
    const before = client.lines.length;
    client.sendBytes(lines);
    await client.request("ping", undefined, 60_000);
    return client.lines.slice(before).filter(isRefusal).length;
  }));
  return refused.reduce((sum, count) => sum + count, 0);
}

function isRefusal({ json }: ReceivedLine): boolean {
  if (Array.isArray(json)) return json.some(({ error }) => error !== undefined);
  return json?.error !== undefined || json?.method === "refused";
}

withstands({
  name: "lines of 4 MiB",
  async strike(scene) {
    const clients = await seat(scene, 10);
    const refused = await sendAll(clients, `{"method":"${"x".repeat(4 * MEBI)}"}\n`);
    return { tried: clients.length, refused };
  },
});

/** Nearly a line's length each, and costly to read. */
const COSTLY: readonly string[] = [
  run("[".repeat(500_000) + "]".repeat(500_000)),
  run(`{"command":${'{"a":'.repeat(150_000)}1${"}".repeat(150_000)}}`),
  run(`{"command":"uptime","to":[${"1,".repeat(500_000)}1]}`),
  run(`{"command":"uptime","args":[${'"",'.repeat(340_000)}""]}`),
  run(`{"command":"uptime",${Array.from({ length: 90_000 }, (_, i) => `"k${i}":1`).join(",")}}`),
  run(`{"command":"uptime",${'"command":"uptime",'.repeat(50_000)}"command":"uptime"}`),
  `[${"[".repeat(500_000)}${"]".repeat(500_000)}]\n`,
];

withstands({
  name: "lines of 1 MiB: deep nesting, many members, repeated keys",
  async strike(scene) {
    const clients = await seat(scene, 4);
    const refused = await sendAll(clients, COSTLY.join(""));
    return { tried: clients.length * COSTLY.length, refused };
  },
});

withstands({
  name: "batches that are full, too long or nested",
  async strike(scene) {
    const clients = await seat(scene, 10);
    const question = '{"jsonrpc":"2.0","id":7,"method":"roster"}';
    const full = `[${new Array(100).fill(question).join(",")}]\n`;
    const tooLong = `[${new Array(5_000).fill(question).join(",")}]\n`;
    const nested = `[[${question}],[[${question}]]]\n`;
    const refused = await sendAll(clients, full.repeat(10) + tooLong + nested);
    return { tried: clients.length * 12, refused };
  },
});

/** What no program expects; each has an answer. */
const ODD: readonly string[] = [
  "{\0}\n",
  '{"__proto__":{"jsonrpc":"2.0","id":7,"method":"ping"}}\n',
  '{"jsonrpc":"2.0","id":7,"method":"__proto__"}\n',
  '{"jsonrpc":"2.0","id":7,"method":"hello","params":{"__proto__":{"name":"x"}}}\n',
  '{"jsonrpc":"2.0","id":7,"method":"hello","params":{"name":"\\ud800"}}\n',
  '{"jsonrpc":"2.0","id":7,"method":"hello","params":{"name":"a\\u0000b"}}\n',
  '{"jsonrpc":"2.0","id":{"toString":"x"},"method":"ping"}\n',
  '{"jsonrpc":"2.0","id":1e400,"method":"ping"}\n',
  run('{"command":"constructor"}'),
  run('{"command":"uptime","args":["\\u0000"]}'),
  run('{"command":"uptime","args":["\\udfff"]}'),
  run('{"command":"uptime","to":[-0.5]}'),
  run('{"command":"uptime","to":[9007199254740993]}'),
  run('{"command":"uptime","timeout_ms":1e308}'),
];

withstands({
  name: "NUL, lone surrogates, __proto__, out-of-range numbers",
  async strike(scene) {
    const clients = await seat(scene, 10);
    const refused = await sendAll(clients, ODD.join("").repeat(20));
    return { tried: clients.length * ODD.length * 20, refused };
  },
});

withstands({
  name: "an endless stream of blank lines",
  async strike(scene) {
    const clients = await seat(scene, 5);
    const nothing = "\n".repeat(200_000);
    await sendAll(clients, "{}\n");
    // Blank lines between messages mean nothing, and are answered with nothing.
    return { tried: clients.length * 200_000, refused: await sendAll(clients, nothing) };
  },
});
