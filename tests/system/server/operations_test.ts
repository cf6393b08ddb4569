// docs/operations.md: its commands, run as an operator would, against a server that has clients.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { isMissing, SERVER } from "../../support/programs/executables.ts";
import { PROJECT, ServerProcess } from "../../support/programs/start_process.ts";
import { type Json, RawClient } from "../../support/server/raw_client.ts";

const PAGE = await Deno.readTextFile(join(PROJECT, "docs/operations.md"));

/** The shell commands of the page that have `word` in them. */
function commandsWith(word: string): string {
  const blocks = [...PAGE.matchAll(/```sh\n([^]*?)```/g)].map(([, commands]) => commands!);
  const found = blocks.filter((commands) => commands.includes(word));
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

async function withStore(
  test: (paths: { store: string; backup: string; args: string[] }) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "rank-operations-" });
  const config = `${folder}/server.toml`;
  const session = 'store = "seats.db"\nresume_grace_ms = 60_000\nlease_max_ms = 3_600_000';
  await Deno.writeTextFile(config, `[session]\n${session}\n`);
  const args = ["--config", config];
  await test({ store: `${folder}/seats.db`, backup: `${folder}/backup.db`, args });
  await Deno.remove(folder, { recursive: true });
}

Deno.test({
  name:
    "the store is backed up while clients hold seats, and after it is restored they resume them, but nobody leads early",
  ignore: Deno.build.os !== "linux" || !await has("sqlite3"),
  fn: () =>
    withStore(async ({ store, backup, args }) => {
      const members: { client: RawClient; welcome: Json }[] = [];
      {
        await using server = await ServerProcess.start({ args });
        for (let i = 0; i < 10; i++) {
          const client = await RawClient.join(server.port);
          // A client that has sent nothing would not keep its seat.
          await client.request("ping");
          members.push({ client, welcome: client.welcome });
        }
        // SQLite itself is locked out, as the page says.
        const direct = await sh(`sqlite3 "$store" ".backup '$backup'"`, { store, backup });
        assertStringIncludes(direct.stderr, "database is locked");
        await sh(`rm -f "$backup"`, { backup });
        const done = await sh(commandsWith("kill -STOP"), { server: String(server.pid), store, backup });
        assertEquals([done.code, done.stdout, done.stderr], [0, "ok\n", ""]);
        // It runs on, and what happens now is not in the backup.
        assertEquals((await members[0]!.client.request("ping")).result, {});
        const late = await RawClient.join(server.port);
        assertEquals(late.welcome.rank, 10);
        await late.close();
        for (const { client } of members) await client.close();
        await server.stop();
      }
      // As if every lease had been known when the backup was made.
      await sh(`sqlite3 "$backup" "UPDATE counters SET knows_past = 1"`, { backup });
      const restored = await sh(commandsWith("rm -f"), { store, backup });
      assertEquals([restored.code, restored.stderr], [0, ""]);
      await using server = await ServerProcess.start({ args });
      await server.line("10 seats restored");
      const client = await RawClient.connect(server.port);
      const { rank, ticket, resume } = members[7]!.welcome;
      const { result } = await client.request("hello", { resume });
      assertEquals([result.rank, result.ticket], [rank, ticket]);
      await client.close();
      await server.stop();
      const { stdout } = await sh(`sqlite3 "$store" "SELECT knows_past FROM counters"`, { store });
      assertEquals(stdout, "0\n");
    }),
});

Deno.test({
  name:
    "a store that is busy at startup is reported with the command that shows who has it, until that one has ended",
  ignore: !await has("fuser"),
  fn: () =>
    withStore(async ({ store, args }) => {
      await using first = await ServerProcess.start({ args });
      const { code, stderr } = await ServerProcess.spawn({ args: ["--port", "0", ...args] }).exit();
      const message = `Cannot use ${store} as the store of seats: another program has it open`;
      assertEquals([code, stderr], [1, `${message}; find it with: fuser -v ${store}\n`]);
      assertStringIncludes(PAGE, "as the store of seats: another program has it open`");
      const holders = await sh(commandsWith("fuser"), { store });
      assert(holders.stdout.split(/\s+/).includes(String(first.pid)), holders.stdout + holders.stderr);
      await first.stop();
      await using second = await ServerProcess.start({ args });
      await second.stop();
    }),
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
