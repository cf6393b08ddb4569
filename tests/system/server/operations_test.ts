// docs/operations.md: its commands, run as an operator would, against a server that has clients. What the page names, the
// product has.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { isMissing, SERVER } from "../../support/programs/executables.ts";
import { FROM_SOURCES, PROJECT, ServerProcess } from "../../support/programs/start_process.ts";
import { levelOf } from "../../../src/log/event_level.ts";
import type { ServerEvent } from "../../../src/log/server_event.ts";
import { type Json, RawClient } from "../../support/server/raw_client.ts";

const PAGE = await Deno.readTextFile(join(PROJECT, "docs/operations.md"));

/** The names of the server's log events. */
const SOURCES = ["src/log/server_event.ts", "src/log/cluster_event.ts"];
const EVENTS = new Set(
  (await Promise.all(SOURCES.map((path) => Deno.readTextFile(join(PROJECT, path)))))
    .flatMap((source) => [...source.matchAll(/readonly event: "(\w+)"/g)])
    .map(([, name]) => name!),
);

/** Defines `rankserver` as the program from its sources. */
const PROGRAM = `rankserver() { ${FROM_SOURCES.map((word) => `'${word}'`).join(" ")} "$@"; }`;

/** The only shell commands of the page that have `word` in them. */
function commandsWith(word: string | RegExp): string {
  const blocks = [...PAGE.matchAll(/```sh\n([^]*?)```/g)].map(([, commands]) => commands!);
  const found = blocks.filter((commands) => commands.search(word) >= 0);
  assertEquals(found.length, 1, `the page has ${found.length} commands with ${word}`);
  return found[0]!;
}

async function has(program: string): Promise<boolean> {
  const { success } = await new Deno.Command("sh", { args: ["-c", `command -v ${program}`] }).output();
  if (!success) console.warn(`${program} is missing: a test of docs/operations.md is ignored`);
  return success;
}

async function sh(script: string, env: Record<string, string>) {
  const { code, stdout, stderr } = await new Deno.Command("sh", { args: ["-c", script], env }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** The rows of the table under `heading`, each as its cells. */
function tableUnder(heading: string): string[][] {
  const section = PAGE.slice(PAGE.indexOf(`\n## ${heading}\n`)).split("\n## ")[1]!;
  const rows = section.split("\n").filter((line) => line.startsWith("|") && !/^\|[ -]+\|/.test(line));
  return rows.map((row) => row.split("|").slice(1, -1).map((cell) => cell.trim()));
}

/** The rows of the table whose head begins with `head`. */
function rowsAfter(head: string): string[][] {
  const rows = PAGE.slice(PAGE.indexOf(`\n${head}`)).trimStart().split("\n");
  const end = rows.findIndex((row) => !row.startsWith("|"));
  return rows.slice(2, end).map((row) => row.split("|").slice(1, -1).map((cell) => cell.trim()));
}

/** `code` in each cell: names without spaces. */
function namesIn(cells: readonly string[]): string[] {
  return cells.flatMap((cell) => [...cell.matchAll(/`([a-z]+(?:_[a-z]+)*)`/g)].map(([, name]) => name!));
}

/** A directory with the configuration of the page, its paths moved below it, and `rankserver` from its sources. */
async function withInstallation(
  test: (run: (script: string) => ReturnType<typeof sh>, config: string) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "rank-installed-" });
  const moved = (text: string) =>
    text.replaceAll(/\/(etc|run|var\/lib)\/rankserver/g, (path) => `${root}${path}`);
  for (const directory of ["etc", "run", "var/lib", "bin"]) {
    await Deno.mkdir(`${root}/${directory}/rankserver`, { recursive: true });
  }
  const [, config] = /```toml\n([^]*?)```/.exec(PAGE)!;
  await Deno.writeTextFile(`${root}/etc/rankserver/server.toml`, moved(config!));
  const program = FROM_SOURCES.map((word) => `'${word}'`).join(" ");
  await Deno.writeTextFile(`${root}/bin/rankserver/rankserver`, `#!/bin/sh\nexec ${program} "$@"\n`, {
    mode: 0o755,
  });
  const env = { PATH: `${root}/bin/rankserver:${Deno.env.get("PATH")}` };
  await test((script) => sh(moved(script), env), `${root}/etc/rankserver/server.toml`);
  await Deno.remove(root, { recursive: true });
}

Deno.test("the configuration of the page passes the page's check, and its server the health check and evictions", () =>
  withInstallation(async (run, config) => {
    const checked = await run(commandsWith(/^rankserver .* --check/));
    assertEquals([checked.code, checked.stderr], [0, ""]);
    const health = commandsWith("--status");
    const before = await run(health);
    assertEquals([before.code, before.stdout], [1, ""]);
    assertStringIncludes(before.stderr, "Cannot reach a running rankserver");
    await using server = await ServerProcess.start({ args: ["--config", config] });
    const client = await RawClient.join(server.port);
    await client.request("hello", { name: "web-3" });
    const healthy = await run(health);
    assertEquals([healthy.code, healthy.stderr], [0, ""]);
    const shape = (text: string) => text.replaceAll(/[\d.:]+/g, "N").split("\n").map((line) => line.trim());
    const [, printed] = /```text\n(rankserver [^]*?)```/.exec(PAGE)!;
    assertEquals(shape(healthy.stdout).length, shape(printed!).length);
    const figures = JSON.parse((await run(health.trim() + " --json")).stdout);
    const named = tableUnder("What to monitor").map(([name]) => /^`(\w+)`$/.exec(name!)?.[1]).filter((name) =>
      name !== undefined && !EVENTS.has(name)
    );
    assert(named.length > 5);
    assertEquals(named.filter((name) => !(name! in figures)), []);
    const evicted = await run(commandsWith("--evict"));
    assertEquals([evicted.code, evicted.stderr], [0, ""]);
    assertEquals((await run(commandsWith("--evict"))).code, 3);
    await client.close();
    await server.stop();
  }));

Deno.test("the events that the page names are events of the log, and those to alert on are warnings or errors", () => {
  const alerts = namesIn(rowsAfter("| alert on").map(([name]) => name!));
  assert(alerts.length > 5);
  for (const event of alerts) {
    assert(EVENTS.has(event), `there is no event ${event}`);
    assert(["error", "warning"].includes(levelOf({ event } as ServerEvent)), event);
  }
  const symptoms = namesIn(tableUnder("Troubleshooting").map(([symptom]) => symptom!));
  assertEquals(symptoms.filter((name) => name !== "timed_out" && !EVENTS.has(name)), []);
});

Deno.test("a port that is in use and a wrong configuration end the start as the page says", async () => {
  await using first = await ServerProcess.start();
  const taken = await ServerProcess.spawn({ args: ["--port", String(first.port)] }).exit();
  assertEquals([taken.code, taken.stderr.startsWith("Cannot listen on")], [1, true], taken.stderr);
  const wrong = await ServerProcess.spawn({ args: ["--port", "none"] }).exit();
  assertEquals(wrong.code, 2);
  const symptoms = tableUnder("Troubleshooting").map(([symptom]) => symptom);
  for (const symptom of ["`Cannot listen on`", "exit code 2"]) assert(symptoms.includes(symptom), symptom);
  await first.stop();
});

async function withJournal(
  test: (paths: { journal: string; backup: string; args: string[] }) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "rank-operations-" });
  const config = `${folder}/server.toml`;
  const session = "[session]\nresume_grace_ms = 60_000\nlease_max_ms = 3_600_000\n";
  await Deno.writeTextFile(config, `${session}[journal]\nfile = "journal.db"\n`);
  const args = ["--config", config];
  await test({ journal: `${folder}/journal.db`, backup: `${folder}/backup.db`, args });
  await Deno.remove(folder, { recursive: true });
}

Deno.test("the journal is backed up while clients hold seats, and after it is restored they resume them, but nobody leads early", () =>
  withJournal(async ({ journal, backup, args }) => {
    const members: { client: RawClient; welcome: Json }[] = [];
    let lastTicket = 0;
    {
      await using server = await ServerProcess.start({ args });
      for (let i = 0; i < 10; i++) {
        const client = await RawClient.join(server.port);
        // A client that has sent nothing would not keep its seat.
        await client.request("ping");
        members.push({ client, welcome: client.welcome });
      }
      const done = await sh(`${PROGRAM}; ${commandsWith("rankserver backup")}`, { journal, backup });
      assertEquals([done.code, done.stderr], [0, ""]);
      // It runs on, and what happens now is not in the backup.
      assertEquals((await members[0]!.client.request("ping")).result, {});
      const late = await RawClient.join(server.port);
      assertEquals(late.welcome.rank, 10);
      lastTicket = late.welcome.ticket;
      await late.close();
      for (const { client } of members) await client.close();
      await server.stop();
    }
    const restored = await sh(commandsWith("rm -f"), { journal, backup });
    assertEquals([restored.code, restored.stderr], [0, ""]);
    await using server = await ServerProcess.start({ args });
    await server.line("10 seats restored");
    await server.line("a backup: all seats have new tickets");
    const client = await RawClient.connect(server.port);
    const { rank, resume } = members[7]!.welcome;
    const { result } = await client.request("hello", { resume });
    assertEquals(result.rank, rank);
    // G10: one that the backup does not know of may have led since.
    assert(result.ticket > lastTicket, `${result.ticket} after ${lastTicket}`);
    assert(result.times.lead_after_ms > 0);
    await client.close();
    await server.stop();
  }));

Deno.test({
  name:
    "a journal that is busy at startup is reported with the command that shows who has it, until that one has ended",
  ignore: !await has("fuser"),
  fn: () =>
    withJournal(async ({ journal, args }) => {
      await using first = await ServerProcess.start({ args });
      const { code, stderr } = await ServerProcess.spawn({ args: ["--port", "0", ...args] }).exit();
      const message = `Cannot use ${journal} as the journal: another program has it open`;
      assertEquals([code, stderr], [1, `${message}; find it with: fuser -v ${journal}\n`]);
      assertStringIncludes(
        PAGE,
        "as the journal: another program has it open; find it with: fuser -v",
      );
      const holders = await sh(commandsWith("fuser"), { journal });
      assert(holders.stdout.split(/\s+/).includes(String(first.pid)), holders.stdout + holders.stderr);
      await first.stop();
      await using second = await ServerProcess.start({ args });
      await second.stop();
    }),
});

Deno.test("the commander of a fleet that lost its seat gets rank 0 back with the command of the page", async () => {
  const folder = await Deno.makeTempDir({ prefix: "rank-operations-" });
  await Deno.writeTextFile(`${folder}/server.toml`, '[control]\nsocket = "control.sock"\n');
  await using server = await ServerProcess.start({ args: ["--config", `${folder}/server.toml`] });
  const workers = [await RawClient.join(server.port), await RawClient.join(server.port)];
  const commander = await RawClient.join(server.port);
  await commander.request("hello", { name: "commander" });
  const script = `cd "${folder}"; ${PROGRAM}; ${commandsWith("--raise")}`;
  const { code, stdout, stderr } = await sh(script, {});
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, "now has rank 0; 2 clients above it moved to the end");
  assertEquals((await commander.note("promoted")).rank, 0);
  for (const client of [...workers, commander]) await client.close();
  await server.stop();
  await Deno.remove(folder, { recursive: true });
});

Deno.test({
  name: "an executable that strip has been run on is told from a good one by the command for packagers",
  ignore: await isMissing("server") || !await has("strip"),
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "rank-strip-" });
    await Deno.copyFile(SERVER[0], `${folder}/rankserver`);
    const check = () => sh(`PATH="${folder}:$PATH"; ${commandsWith("--version")}`, {});
    const good = await check();
    assertMatch(good.stdout, /^rankserver \d/);
    assertEquals(good.code, 0);
    const stripped = await sh(`strip "${folder}/rankserver"`, {});
    const after = await check();
    // It refuses the file and leaves it alone, or removes the program from it.
    assertEquals(after.code === 0, stripped.code !== 0, after.stdout + after.stderr);
    await Deno.remove(folder, { recursive: true });
  },
});
