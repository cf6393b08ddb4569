// What scripts rely on: the status of a client under --lead, its exit codes, --max-wait, and the example that tells another
// program who leads.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { PROJECT } from "../../support/programs/start_process.ts";
import { signalProcess } from "./world/process_tree.ts";
import { programsToTest } from "./world/programs.ts";
import { scenario } from "./world/scenario.ts";
import { within } from "./world/within.ts";
import { AT_ONCE, LONG, LONG_TOML } from "./world/world_options.ts";

const PATIENCE_MS = 15_000;
const [PROGRAMS] = await programsToTest();

async function status(control: string): Promise<{ code: number; text: string }> {
  const [program, ...args] = [...PROGRAMS!.client, "--via", control, "status"];
  const { code, stdout } = await new Deno.Command(program!, { args, stderr: "null" }).output();
  return { code, text: new TextDecoder().decode(stdout) };
}

scenario(
  "the status tells by its exit code who leads, who follows and who has no connection",
  LONG,
  async (world) => {
    const [first, second] = await world.startClients(["a", "b"], { toml: LONG_TOML });
    const { pid, ticket } = await world.started("a leads");
    const leading = await status(first!.control);
    assertEquals(leading.code, 0);
    assertMatch(
      leading.text,
      new RegExp(
        `Leading; the program started (?:just now|\\d+ s ago) \\(ticket ${ticket}, process ${pid}\\)`,
      ),
    );
    assertMatch(
      first!.output,
      /You are rank 0 [^]*Leading with ticket \d+, starting the program/,
      "an event comes before what the lead says of it",
    );
    const following = await status(second!.control);
    assertEquals(following.code, 6);
    assertMatch(following.text, /Following; no program is running/);
    await world.killServer();
    await within(PATIENCE_MS, "b has noticed", async () => (await status(second!.control)).code === 4);
    // The guard of a client that has ended keeps telling it that the seat is free.
    await world.startServer();
  },
);

scenario("--max-wait: a job runs on one machine, and the others give up with 75", LONG, async (world) => {
  const first = await world.startClient("a", { toml: LONG_TOML, flags: ["--max-wait", "60000"] });
  const before = await world.started("a leads");
  const second = await world.spawnClient("b", { toml: LONG_TOML, flags: ["--max-wait", "300"] });
  assertEquals(await second.ends(), 75);
  assertMatch(second.output, /Did not reach rank 0 within 300 ms \(--max-wait\)/);
  signalProcess(before.pid, "SIGUSR1");
  assertEquals(await first.ends(), 3);
  assertEquals(world.log.of("start").length, 1);
});

scenario("--max-wait: a client that never got in line ends with 4", LONG, async (world) => {
  const flags = ["--max-wait", "500"];
  await world.startClient("a", { toml: LONG_TOML });
  await world.started("a leads");
  await world.killServer();
  const lost = await world.spawnClient("b", { toml: LONG_TOML, flags });
  assertEquals(await lost.ends(), 4);
  assertMatch(lost.output, /Did not get in line within 500 ms \(--max-wait\): /);
  await world.startServer();
});

for (const [flags, said] of [[["--max-wait", "1.5"], "whole number"], [["--max-wait", "-1"], ""]] as const) {
  scenario(`${flags.join(" ")} is refused`, LONG, async (world) => {
    const client = await world.spawnClient("a", { flags });
    assertEquals(await client.ends(), 2);
    assert(client.output.includes(said), client.output);
  });
}

scenario("every client that waits is told that no client may lead yet, once", {
  // Both have to be in line before it is over.
  leaseMaxMs: 6_000,
}, async (world) => {
  const clients = await world.startClients(["a", "b"]);
  await world.started("a leads");
  for (const { output } of clients) {
    assertEquals(output.match(/No client may lead for another \d+\.\d s/g)?.length, 1, output);
  }
});

scenario(
  "the example tells a program that runs all the time when the lead is won and lost",
  AT_ONCE,
  async (world) => {
    const told = `${world.folder}/told`;
    const script = `trap 'echo won >> ${told}' USR1; trap 'echo lost >> ${told}' USR2
    echo ready > ${told}; while :; do sleep 0.05; done`;
    const service = new Deno.Command("sh", { args: ["-c", script] }).spawn();
    try {
      const lines = (text: string) => Deno.readTextFileSync(told) === text;
      await within(PATIENCE_MS, "the program runs", () => {
        try {
          return lines("ready\n");
        } catch {
          return false;
        }
      });
      Deno.writeTextFileSync(`${world.folder}/service.pid`, String(service.pid));
      const program = [join(PROJECT, "examples", "tell_leader.sh"), `${world.folder}/service.pid`];
      const client = await world.startClient("a", { program });
      await within(PATIENCE_MS, "it was told", () => lines("ready\nwon\n"));
      // By it, the program can find out that the script was killed.
      const teller = Number(Deno.readTextFileSync(`${world.folder}/service.pid.teller`));
      assertMatch((await status(client.control)).text, new RegExp(`process ${teller}\\)`));
      client.signal("SIGTERM");
      assertEquals(await client.ends(), 143);
      await within(PATIENCE_MS, "it was told again", () => lines("ready\nwon\nlost\n"));
    } finally {
      service.kill("SIGKILL");
      await service.status;
    }
  },
);
