// What a server costs that has nothing to do: without a client, and with clients that only answer its pings.

import { delay } from "@std/async/delay";
import type { StepResult } from "../load/load_generator.ts";
import { REST_CLIENTS } from "../rows/mod.ts";
import { peerCommand } from "../servers/peers.ts";
import { startServer } from "../servers/running.ts";
import type { BenchSetup } from "./bench_setup.ts";

/** After its start, or after the last client was seated. */
const SETTLE_MS = 3_000;
const EMPTY_MS = 10_000;
/** Two of the server's heartbeats. */
const ANSWERING_MS = 20_000;
/** Clients that connect at once: fewer than the backlog. */
const GROUP = 50;
/** A line of a server's other than a ping, such as `welcome`, is longer. */
const PING = /"id":("[^"]*"|\d+),"method":"ping"/;
/** Of `utime` and `stime` in `/proc/PID/stat`. */
const TICKS_PER_S = 100;

/** @returns wake-ups a second of a server without clients, the share of a processor with clients, and pings a second. */
export async function measureRest({ running, servers }: BenchSetup): Promise<StepResult> {
  const plan = { kind: "seats", receivers: REST_CLIENTS } as const;
  const server = await startServer(running, (port) => peerCommand("rankserver", port, plan, servers));
  const clients: AnsweringClient[] = [];
  try {
    await delay(SETTLE_MS);
    const wakeUps = await changeOf(() => countWakeUps(server.pid), EMPTY_MS);
    while (clients.length < REST_CLIENTS) {
      const group = Array.from(
        { length: Math.min(GROUP, REST_CLIENTS - clients.length) },
        () => open(server.port),
      );
      clients.push(...await Promise.all(group));
    }
    await delay(SETTLE_MS);
    const answered = clients.reduce((sum, client) => sum + client.answered, 0);
    const cpu = await changeOf(() => cpuSeconds(server.pid), ANSWERING_MS);
    const pings = clients.reduce((sum, client) => sum + client.answered, 0) - answered;
    return { wake_ups: wakeUps, cpu, pings: pings / (ANSWERING_MS / 1_000) };
  } finally {
    for (const client of clients) client.close();
    await server.stop();
  }
}

/** By how much a number grows in a second. */
async function changeOf(read: () => number, ms: number): Promise<number> {
  const before = read();
  const start = performance.now();
  await delay(ms);
  return (read() - before) / ((performance.now() - start) / 1_000);
}

/** How often threads of a process went to sleep: each time, something had woken them. */
function countWakeUps(pid: number): number {
  let count = 0;
  for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
    const status = Deno.readTextFileSync(`/proc/${pid}/task/${name}/status`);
    count += Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(status)![1]);
  }
  return count;
}

function cpuSeconds(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  // The program's name, in parentheses, may contain spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
}

interface AnsweringClient {
  readonly answered: number;
  close(): void;
}

async function open(port: number): Promise<AnsweringClient> {
  const conn = await Deno.connect({ port });
  // The server pings only clients that have sent something.
  await conn.write(new TextEncoder().encode('{"jsonrpc":"2.0","method":"ping"}\n'));
  const client = { answered: 0, close: () => conn.close() };
  void answerPings(conn, () => client.answered++).catch(() => {});
  return client;
}

async function answerPings(conn: Deno.Conn, onAnswered: () => void): Promise<void> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const buffer = new Uint8Array(4_096);
  for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
    // A ping arrives in one piece: it is a write of its own, and short.
    const id = PING.exec(decoder.decode(buffer.subarray(0, count)))?.[1];
    if (id === undefined) continue;
    await conn.write(encoder.encode(`{"jsonrpc":"2.0","id":${id},"result":{}}\n`));
    onAnswered();
  }
}
