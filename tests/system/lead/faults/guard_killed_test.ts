// Only the guard is killed: the client ends the program in its place, before the lease is over, whatever the machine is
// busy with.

import { assertEquals, assertMatch } from "@std/assert";
import type { LeadWorld } from "../world/lead_world.ts";
import { signalProcess } from "../world/process_tree.ts";
import { scenario } from "../world/scenario.ts";
import { within } from "../world/within.ts";
import { AT_ONCE, type LeaderOptions, LEASE_MS } from "../world/world_options.ts";

const OPTIONS = { ...AT_ONCE, leaseMaxMs: LEASE_MS };
const MANY_PROCESSES = 2_500;
const MANY_MS = 30_000;

async function killGuard(world: LeadWorld, options: LeaderOptions, alsoProgram = false): Promise<void> {
  const program = world.program("stubborn", "family");
  const [first] = await world.startClients(["a", "b"], { program, ...options });
  const before = await world.started("a leads");
  first!.signalGuard("SIGKILL");
  if (alsoProgram) signalProcess(before.pid, "SIGKILL");
  assertEquals(await first!.ends(), 137);
  assertMatch(first!.output, /remaining processes killed/);
  await world.succeeded(before);
}

scenario("the guard is killed", { both: true, ...OPTIONS }, (world) => killGuard(world, {}));

scenario("the guard is killed, and the program itself, but not its children", OPTIONS, (world) => {
  return killGuard(world, {}, true);
});

scenario("the guard is killed where no shell can be found", OPTIONS, (world) => {
  return killGuard(world, { env: { PATH: "/no/such/folder" } });
});

scenario(
  "the guard is killed where looking at the machine's processes takes for ever",
  OPTIONS,
  async (world) => {
    await Deno.mkdir(`${world.folder}/slow`);
    for (const name of ["grep", "tr", "ps", "cat"]) {
      await Deno.writeTextFile(`${world.folder}/slow/${name}`, "#!/bin/sh\ncd /\nexec sleep 60\n", {
        mode: 0o755,
      });
    }
    await killGuard(world, { env: { PATH: `${world.folder}/slow:/usr/bin:/bin` } });
  },
);

scenario(`the guard is killed on a machine with ${MANY_PROCESSES} processes`, OPTIONS, async (world) => {
  const fork = `import os, signal, sys
for _ in range(${MANY_PROCESSES}):
    if os.fork() == 0:
        signal.pause()
print("all", flush=True)
signal.pause()`;
  const output = `${world.folder}/many.log`;
  const many = new Deno.Command("sh", {
    args: ["-c", 'exec python3 -c "$1" > "$2"', "sh", fork, output],
    cwd: "/",
    stdin: "null",
    stdout: "null",
    detached: true,
  }).spawn();
  try {
    await within(MANY_MS, "all have been started", () => Deno.readTextFile(output).catch(() => ""));
    await killGuard(world, {});
  } finally {
    Deno.kill(-many.pid, "SIGKILL");
    await many.status;
  }
});
