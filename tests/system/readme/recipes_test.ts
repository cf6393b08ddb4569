// The README's recipes, run as printed with the executables. What a recipe promises is read from the programs that it
// starts and from exit codes.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { testsOf } from "../../support/programs/executables.ts";
import { blocksOf, linesOf } from "./page.ts";
import { Reader, type Shell } from "./shell.ts";

/** Longer than a server with a new store waits before it lets a client lead. */
const FIRST_LEAD_MS = 30_000;

const recipe = await testsOf("server", "client");
const isNetcatMissing = !await new Deno.Command("sh", { args: ["-c", "command -v nc"], stdout: "null" })
  .output()
  .then(({ success }) => success);
if (isNetcatMissing) console.warn("nc is missing: the recipe with it is ignored");

recipe(
  "recipe: a hot standby runs its program on one client, through a restart, a yield and a kill",
  async () => {
    const [block, ...others] = blocksOf("A hot standby", "sh");
    assertEquals(others, []);
    const [start, a, b, c, handOver, ...rest] = linesOf(block);
    assertEquals(rest, []);
    await using reader = await Reader.start();
    const server = await reader.serve(start!);
    const clients: Shell[] = [];
    for (const line of [a, b, c]) {
      clients.push(reader.run(line!));
      await server.event("client_seated", clients.length - 1);
    }
    const [first, second, third] = clients as [Shell, Shell, Shell];
    const tickets = [await ticketOf(first, FIRST_LEAD_MS)];
    // A restart changes neither the order nor who leads.
    await server.stop();
    const again = await reader.serve(start!);
    for (const rank of [0, 1, 2]) await again.event("client_back", rank);
    assertEquals((await reader.finish(handOver!)).code, 0);
    tickets.push(await ticketOf(second));
    second.signal("SIGKILL");
    tickets.push(await ticketOf(third));
    assertEquals(tickets, tickets.toSorted((x, y) => x - y));
    assertEquals(new Set(tickets).size, 3);
    // Each program was started once.
    for (const client of clients) assertEquals(client.output.filter(isTicket).length, 1);
  },
);

function isTicket(line: string): boolean {
  return /^ticket \d+$/.test(line);
}

/** What the program prints that the client runs while it leads. */
async function ticketOf(client: Shell, withinMs?: number): Promise<number> {
  return Number((await client.line(/^ticket \d+$/, withinMs)).slice("ticket ".length));
}

recipe("recipe: a fleet obeys its commander, also after a restart of the server, and no worker", async () => {
  const [start, joining, ...others] = blocksOf("A fleet", "sh");
  assertEquals(others, []);
  await using reader = await Reader.start();
  const server = await reader.serve(start!);
  const clients: Shell[] = [];
  const [boss, one, two, raise, ...rest] = linesOf(joining);
  assertEquals(rest, []);
  for (const line of [boss, one, two]) {
    clients.push(reader.run(line!));
    await server.event("client_seated", clients.length - 1);
  }
  const [commander, worker, other] = clients as [Shell, Shell, Shell];

  // Cron runs the command of its line with `sh` in the home directory.
  const [crontab] = blocksOf("A fleet", "text");
  const command = /^(?:\S+ ){5}(.+)$/.exec(crontab ?? "")?.[1];
  assert(command !== undefined, crontab);
  const cron = () => reader.finish(`exec sh -c '${command}'`);
  const before = await cron();
  assertEquals(before.code, 0, before.output);
  assertMatch(before.output, /worker-1|Rank 1[^]*Rank 2/);

  // The worker has a seat above another one and still may send nothing.
  await worker.type("uptime");
  await worker.line(/not_allowed/);

  await server.stop();
  const again = await reader.serve(`cd ~/fleet && ${start!.split("\n").at(-1)}`);
  for (const rank of [0, 1, 2]) await again.event("client_back", rank);
  // At first it was rank 0 of 1.
  await commander.line(/\brank 0 of 3\b/);
  const after = await cron();
  assertEquals(after.code, 0, after.output);

  // A commander that was restarted is the last one, until it is raised.
  await commander.stop();
  const restarted = reader.run(boss!);
  await again.event("client_seated", 2);
  assertEquals((await cron()).code, 3);
  const raised = await reader.finish(raise!);
  assertEquals(raised.code, 0, raised.output);
  await restarted.line(/\brank 0 of 3\b/);
  assertEquals((await cron()).code, 0);

  // Without one of the workers, cron learns that something is wrong.
  other.signal("SIGKILL");
  await again.event("client_away", 2);
  assertEquals((await cron()).code, 1);
});

recipe("recipe: people with nc and with rankclient share a floor", async () => {
  const [block, ...others] = blocksOf("A shared floor", "sh");
  assertEquals(others, []);
  const [start, atTerminal, byHand, ...rest] = linesOf(block);
  assertEquals(rest, []);
  await using reader = await Reader.start();
  const server = await reader.serve(start!);
  const teacher = reader.run(atTerminal!);
  await server.event("client_seated", 0);
  const pupil = reader.run(byHand!);
  await server.event("client_seated", 1);
  const late = reader.run(byHand!);
  await server.event("client_seated", 2);
  for (const person of [pupil, late]) {
    await person.type("/who");
    await person.line(/teacher/);
  }
  await teacher.type("stop");
  for (const person of [pupil, late]) await person.line(/teacher.*\bstop\b/);
  await teacher.type("@2 forward");
  await late.line(/teacher.*\bforward\b/);
  assert(!pupil.output.some((line) => /teacher.*\bforward\b/.test(line)));
  await pupil.type("@0 report");
  await pupil.line(/outranked/);
  await pupil.type("/yield");
  await late.line(/\brank 1\b/);
}, isNetcatMissing);
