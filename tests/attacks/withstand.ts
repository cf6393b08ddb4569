// One attack from beginning to end: a server, bystanders, calm, the attack, and what has to hold after it (G9, G12). No
// absolute time is asserted: the bystanders' latencies are reported.

import { assert, assertEquals, assertLess, assertLessOrEqual } from "@std/assert";
import { delay } from "@std/async";
import { openDescriptors } from "../support/programs/process_facts.ts";
import type { RawClientOptions } from "../support/server/raw_client.ts";
import {
  type AttackServer,
  type AttackServerOptions,
  IS_SERVER_MISSING,
  makeServer,
} from "./attack_server.ts";
import { Bystander, type Phase } from "./bystander.ts";
import { connect, join, type Seated } from "./connect.ts";
import { report } from "./report.ts";

/** What an attack came to: how often it was tried, and how often the server said or showed that it will not have it. */
export interface Toll {
  readonly tried: number;
  readonly refused: number;
}

export interface Scene {
  readonly server: AttackServer;
  /** The bystanders' places: who sends, and who is sent to. */
  readonly ranks: readonly number[];
  /** The attackers who rank above the bystanders; they stay. */
  readonly above: readonly Seated[];
  /** Everything here is closed at the end of the round. */
  readonly attackers: AsyncDisposableStack;
}

export interface Attack {
  /** As it stands in the table. */
  readonly name: string;
  readonly server?: AttackServerOptions;
  /** The most resident memory the server may ever have, in MiB; generous. */
  readonly memoryMiB?: number;
  /** So many attackers come before the bystanders, and rank above them. */
  readonly above?: number;
  /** Called again with new attackers until the bystanders have seen enough of it. */
  readonly strike: (scene: Scene) => Promise<Toll>;
  /** When the bystanders are done and the attackers are gone, with the server still up. */
  readonly after?: (server: AttackServer) => Promise<void> | void;
}

/** What a thread does first is slow, and no measure of anything. */
const WARM_MS = 300;
const CALM_MS = 900;
const ATTACK_MS = 1_200;
const MAX_ROUNDS = 50;
const SETTLE_MS = 15_000;
/** Few enough to be let in long before the time at the door is over. */
const GROUP = 20;
const POLL_MS = 20;
const MEMORY_MIB = 512;

/** A test of that name: the server withstands the attack, and the bystanders get everything in order, once. */
export function withstands(attack: Attack): void {
  Deno.test({
    name: `G9, G12: a server withstands ${attack.name}`,
    ignore: IS_SERVER_MISSING,
    fn: () => withstand(attack),
  });
}

async function withstand(attack: Attack): Promise<void> {
  // Its thread starts while the server does.
  using bystander = new Bystander();
  await using server = await makeServer(attack.server);
  const { process, address } = server;
  await using ahead = new AsyncDisposableStack();
  const above = await seat({ server, attackers: ahead }, attack.above ?? 0);
  const ranks = await bystander.sit(address);
  await idle(bystander, WARM_MS);

  const calm = await idle(bystander, CALM_MS);
  // Those who came before the bystanders leave with the other attackers: what they hold is not the calm number.
  const descriptors = await openDescriptors(process.pid) - above.length;
  await bystander.begin();
  const toll = await strikeForAWhile(attack, { server, ranks, above });
  const attacked = await bystander.end();
  await ahead.disposeAsync();
  await attack.after?.(server);

  for (const phase of [calm, attacked]) {
    assertEquals(phase.faults, []);
    assertEquals(phase.delivered, phase.sent);
    assert(phase.sent > 0, "the bystanders were never given a turn");
  }
  await answersStill(server);
  const left = await untilAtMost(() => openDescriptors(process.pid), descriptors);
  assertLessOrEqual(left, descriptors, "descriptors that were not given back");
  const memory = await peakBytes(process.pid);
  assertLess(memory, (attack.memoryMiB ?? MEMORY_MIB) * 1_048_576, "resident memory at its peak");
  const faults = process.output.filter((line) => line.startsWith("Internal error in"));
  assertEquals(faults.slice(0, 3), [], "faults in the server's own log");
  bystander.leave();
  const { code, stderr } = await process.stop();
  assertEquals([code, stderr], [0, ""]);
  await report({ attack: attack.name, ...toll, calm, attacked, memory, descriptors, left });
}

async function idle(bystander: Bystander, ms: number): Promise<Phase> {
  await bystander.begin();
  await delay(ms);
  return await bystander.end();
}

async function strikeForAWhile(attack: Attack, at: Omit<Scene, "attackers">): Promise<Toll> {
  const until = performance.now() + ATTACK_MS;
  let { tried, refused } = { tried: 0, refused: 0 };
  for (let round = 0; round === 0 || (round < MAX_ROUNDS && performance.now() < until); round++) {
    await using attackers = new AsyncDisposableStack();
    const toll = await attack.strike({ ...at, attackers });
    tried += toll.tried;
    refused += toll.refused;
  }
  return { tried, refused };
}

/** Seated attackers, one after the other, who leave at the end. */
export async function seat(
  { server, attackers }: Pick<Scene, "server" | "attackers">,
  count: number,
  options?: RawClientOptions,
): Promise<Seated[]> {
  const clients: Seated[] = [];
  for (let i = 0; i < count; i++) clients.push(attackers.use(await join(server.address, options)));
  return clients;
}

/** The same where nobody cares for their order, some at once: each join waits for the network far more than it works. */
export async function seatInGroups(
  scene: Pick<Scene, "server" | "attackers">,
  count: number,
): Promise<Seated[]> {
  const clients: Seated[] = [];
  while (clients.length < count) {
    const group = Math.min(GROUP, count - clients.length);
    const joined = await Promise.all(Array.from({ length: group }, () => seat(scene, 1)));
    clients.push(...joined.flat());
  }
  return clients;
}

/** Waits until so many more lines with `part` in them stand in the server's log, from the last one waited for on. */
export async function heard({ process }: AttackServer, part: string, count: number): Promise<void> {
  let seen = 0;
  await process.nextLine((line) => line.includes(part) && ++seen === count, SETTLE_MS);
}

/** How many lines of the server's log have `part` in them. */
export function logged({ process }: AttackServer, part: string): number {
  return process.output.filter((line) => line.includes(part)).length;
}

/** Somebody who comes after the attack is seated, or told in so many words why not. */
async function answersStill({ address }: AttackServer): Promise<void> {
  await using newcomer = await connect(address);
  if (address.token !== undefined) newcomer.ask("hello", { token: address.token });
  await newcomer.next(({ json }) => json?.id !== undefined || ["welcome", "closing"].includes(json?.method));
}

async function untilAtMost(count: () => Promise<number>, most: number): Promise<number> {
  const giveUpAt = performance.now() + SETTLE_MS;
  for (;;) {
    const now = await count();
    // What the kernel holds of a process says no word when it changes.
    if (now <= most || performance.now() > giveUpAt) return now;
    await delay(POLL_MS);
  }
}

/** The most resident memory that the process ever had. */
async function peakBytes(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return 1_024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]);
}
