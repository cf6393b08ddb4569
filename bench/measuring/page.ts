// The deliveries of a server with open pages, over those of a server without a page. Both servers run at the same time, and
// are measured one after the other, several times in turn: what else the machine does concerns both.

import { delay } from "@std/async/delay";
import type { StepResult } from "../load/load_generator.ts";
import { summarize } from "../report/statistics.ts";
import type { PagePlan } from "../rows/mod.ts";
import { peerCommand, PROTOCOL } from "../servers/peers.ts";
import { freePort, type RunningServer, startServer } from "../servers/running.ts";
import type { BenchSetup } from "./bench_setup.ts";

const TURNS = 4;
const CONNECT_TRIES = 500;
const STEPS = ["closed", "pipelined"] as const;
/** In which fields the two servers are compared. */
const FIELDS = ["per_second", "p50_us", "server_cpu_us"] as const;

/** @returns the ratios of the steps "pipelined" and "closed". */
export async function measurePage(
  { receivers, watchers }: PagePlan,
  setup: BenchSetup,
): Promise<Map<string, StepResult>> {
  const plan = { kind: "seats", receivers } as const;
  const pagePort = freePort();
  const command: Command = (port) => peerCommand("rankserver", port, plan, setup.servers);
  const withPage: Command = (port) => {
    const { argv, env } = command(port);
    return { argv, env: { ...env, RANKSERVER_WEB_PORT: `${pagePort}` } };
  };
  const ratios: Record<string, Record<string, number[]>> = {};
  for (let turn = 0; turn < TURNS; turn++) {
    const measured = new Map<boolean, Map<string, StepResult>>();
    // Whoever goes first changes, so that none profits from its place.
    for (const hasPages of turn % 2 === 0 ? [false, true] : [true, false]) {
      const open = () => watch(pagePort, hasPages ? watchers : 0);
      measured.set(hasPages, await deliveries(setup, receivers, hasPages ? withPage : command, open));
    }
    for (const step of STEPS) {
      for (const field of FIELDS) {
        const [pages, none] = [true, false].map((hasPages) => measured.get(hasPages)!.get(step)![field]);
        if (pages !== undefined && none !== undefined) {
          ((ratios[step] ??= {})[field] ??= []).push(pages / none);
        }
      }
    }
  }
  return new Map(Object.entries(ratios).map(([step, fields]) => [step, mediansOf(fields)]));
}

function mediansOf(fields: Readonly<Record<string, readonly number[]>>): StepResult {
  return Object.fromEntries(
    Object.entries(fields).map(([field, values]) => [field, summarize([...values])!.median]),
  );
}

type Command = Parameters<typeof startServer>[1];

/** Of a server of its own. @param open opens pages, and returns what closes them */
async function deliveries(
  { running, load, window, seconds }: BenchSetup,
  receivers: number,
  command: Command,
  open: () => Promise<() => void>,
): Promise<Map<string, StepResult>> {
  const server: RunningServer = await startServer(running, command);
  let close = () => {};
  try {
    close = await open();
    const { port, pid: serverPid } = server;
    const steps = ["seat", "closed", "pipelined"];
    return await load.run({
      protocol: PROTOCOL.rankserver,
      port,
      serverPid,
      receivers,
      window,
      seconds,
      steps,
    });
  } finally {
    close();
    await server.stop();
  }
}

/** Opens pages that read everything. @throws if one of them is not served */
async function watch(port: number, watchers: number): Promise<() => void> {
  const connections: Deno.Conn[] = [];
  for (let count = 0; count < watchers; count++) connections.push(await openPage(port));
  return () => connections.forEach((connection) => connection.close());
}

/** The page's port is opened after the other one. */
async function connect(port: number): Promise<Deno.Conn> {
  for (let tries = 1;; tries++) {
    try {
      return await Deno.connect({ hostname: "127.0.0.1", port });
    } catch (error) {
      if (tries === CONNECT_TRIES) throw error;
      await delay(20);
    }
  }
}

async function openPage(port: number): Promise<Deno.Conn> {
  const connection = await connect(port);
  const request = `GET /events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  const buffer = new Uint8Array(65_536);
  const count = await connection.read(buffer);
  const answer = new TextDecoder().decode(buffer.subarray(0, count ?? 0));
  if (!answer.startsWith("HTTP/1.1 200 ")) throw new Error(`Cannot open a page: ${answer}`);
  void (async () => {
    try {
      while (await connection.read(buffer) !== null);
    } catch {
      // Closed at the end.
    }
  })();
  return connection;
}
