// Files that are not there any more, or are others: the client's own while it waits in line, and its program.

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { PROJECT } from "../../../support/programs/start_process.ts";
import { HAS_EXECUTABLES, scenario } from "../world/scenario.ts";
import { AT_ONCE, LEASE_MS, LONG, LONG_TOML } from "../world/world_options.ts";

for (const replaced of ["removed", "replaced by something else"]) {
  scenario(`the executable of the next in line is ${replaced}, and it leads all the same`, {
    ignore: !HAS_EXECUTABLES,
    ...LONG,
  }, async (world) => {
    const own = `${world.folder}/rankclient`;
    await Deno.copyFile(join(PROJECT, "dist", "rankclient"), own);
    const options = { toml: LONG_TOML, client: [own] };
    const [first, second] = await world.startClients(["a", "b", "c"], options);
    const before = await world.started("a leads");
    await Deno.remove(own);
    if (replaced !== "removed") await Deno.writeTextFile(own, "#!/bin/false\n", { mode: 0o755 });
    await first!.kill();
    const after = await world.succeeded(before);
    // The guard is there for the next time as well.
    await second!.ask("yield");
    const third = await world.succeeded(after);
    await world.clients.get("c")!.kill();
    const again = await world.succeeded(third);
    assert(again.ticket > third.ticket);
  });
}

const MISSING: readonly (readonly [what: string, program: string, code: number])[] = [
  ["is not there", "/no/such/program", 127],
  ["is in no folder of PATH", "no-such-program", 127],
  ["is a folder", "/etc", 126],
  ["is not executable", "/etc/passwd", 126],
];

for (const [what, program, code] of MISSING) {
  scenario(`a client whose program ${what} ends with ${code}, before it takes a seat`, {
    both: program === "/no/such/program",
    ...LONG,
  }, async (world) => {
    const client = await world.spawnClient("a", { toml: LONG_TOML, program: [program] });
    assertEquals(await client.ends(), code);
    assert(!world.serverLog.includes("assigned rank"), world.serverLog);
    assert(client.output.includes(program), client.output);
  });
}

scenario("a program that is gone when its client comes to lead ends the client, and the next one leads", {
  ...AT_ONCE,
  leaseMaxMs: LEASE_MS,
}, async (world) => {
  const first = await world.startClient("a");
  const own = `${world.folder}/program`;
  await Deno.writeTextFile(own, "#!/bin/sh\nexec sleep 60\n", { mode: 0o755 });
  const second = await world.startClient("b", { program: [own] });
  await world.startClient("c");
  const before = await world.started("a leads");
  await Deno.remove(own);
  await first.kill();
  assertEquals(await second.ends(), 127);
  await world.succeeded(before);
});
