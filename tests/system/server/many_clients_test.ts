// Ten thousand clients on one server process.

import { assertEquals, assertLess } from "@std/assert";
import { LightClient } from "../../support/server/light_client.ts";
import { residentBytes } from "../../support/programs/process_facts.ts";
import { ServerProcess } from "../../support/programs/start_process.ts";

const CLIENTS = 10_000;
/** Connections asked for at once: fewer than wait in the kernel's queue. */
const AT_ONCE = 100;
const WITHIN_MS = 60_000;
/** Twice what it takes on a quiet machine; the figure itself is printed. */
const MAX_BYTES_PER_CLIENT = 24 * 1024;

/** Counts what the clients have seen, and wakes whoever waits for a number. */
class Tally {
  #isReached: (() => boolean) | undefined;
  #resolve: (() => void) | undefined;

  changed = () => {
    if (this.#isReached?.()) this.#resolve!();
  };

  async until(isReached: () => boolean, what: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#isReached = isReached;
    this.#resolve = resolve;
    const timer = setTimeout(() => reject(new Error(`Cannot see ${what} within ${WITHIN_MS} ms`)), WITHIN_MS);
    this.changed();
    await promise.finally(() => clearTimeout(timer));
  }
}

Deno.test(`${CLIENTS} clients: each has its rank, costs little, and is told once when rank 0 leaves`, async () => {
  await using server = await ServerProcess.start({ args: ["--max-clients", String(CLIENTS)] });
  // One has come and gone: what the first connection of all costs is no client's.
  await (await LightClient.connect(server.port, () => {})).close();
  await server.line("left rank 0");
  const residentBefore = await residentBytes(server.pid);

  const seen = { welcomes: 0, promotions: 0, executed: 0 };
  const tally = new Tally();
  const clients: LightClient[] = [];
  const onChange = () => tally.changed();
  const beganAt = performance.now();
  for (let i = 0; i < CLIENTS; i += AT_ONCE) {
    const more = Array.from({ length: AT_ONCE }, () => LightClient.connect(server.port, onChange));
    clients.push(...await Promise.all(more));
  }
  await tally.until(() => {
    while (seen.welcomes < CLIENTS && clients[seen.welcomes]!.rank >= 0) seen.welcomes++;
    return seen.welcomes === CLIENTS;
  }, "every welcome");
  const seatedMs = performance.now() - beganAt;
  const perClient = (await residentBytes(server.pid) - residentBefore) / CLIENTS;

  // G1, G2: the ranks are those of the order in which the server took them in.
  await server.line(`assigned rank ${CLIENTS - 1}`, WITHIN_MS);
  const assigned = server.output.flatMap((line) => {
    const match = /^Client \('127\.0\.0\.1', (\d+)\) assigned rank (\d+)$/.exec(line);
    return match === null ? [] : [[Number(match[1]), Number(match[2])] as const];
  }).slice(1);
  assertEquals(assigned.map(([, rank]) => rank), Array.from({ length: CLIENTS }, (_, rank) => rank));
  const rankOf = new Map(assigned);
  assertEquals(clients.filter((client) => client.rank !== rankOf.get(client.port)).length, 0);
  clients.sort((a, b) => a.rank - b.rank);
  assertEquals(clients.every((client, i) => i === 0 || client.ticket > clients[i - 1]!.ticket), true);

  // Rank 0 leaves, and its successor sends a command behind that: whoever has it has heard everything before.
  const [first, ...others] = clients as [LightClient, ...LightClient[]];
  const leftAt = performance.now();
  await first.close();
  await tally.until(() => {
    while (seen.promotions < others.length && others[seen.promotions]!.was.length > 0) seen.promotions++;
    return seen.promotions === others.length;
  }, "every promotion");
  const toldMs = performance.now() - leftAt;
  await others[0]!.send({ jsonrpc: "2.0", method: "run", params: { command: "uptime" } });
  const executors = others.slice(1);
  await tally.until(() => {
    while (seen.executed < executors.length && executors[seen.executed]!.executed > 0) seen.executed++;
    return seen.executed === executors.length;
  }, "the command everywhere");
  assertEquals(others.every(({ was }, i) => was.length === 1 && was[0] === i + 1), true);
  assertEquals(others.every(({ rank }, i) => rank === i), true);
  assertEquals(executors.every(({ executed }) => executed === 1), true);

  console.log(
    `${CLIENTS} clients seated in ${Math.round(seatedMs)} ms; ${
      Math.round(perClient)
    } bytes of resident memory ` +
      `for each; all told of rank 0's departure in ${Math.round(toldMs)} ms`,
  );
  assertLess(perClient, MAX_BYTES_PER_CLIENT);
  await Promise.all(others.map((client) => client.close()));
  await server.line(`Client ('127.0.0.1', ${others.at(-1)!.port}) left`, WITHIN_MS);
  assertEquals((await server.stop("SIGTERM", WITHIN_MS)).code, 0);
});
