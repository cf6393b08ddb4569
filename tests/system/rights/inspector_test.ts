// Whoever reaches V8's inspector runs code with the rights of the process, and it listens on loopback for every user.

import { assert, assertEquals } from "@std/assert";
import { isThere } from "../lead/world/process_tree.ts";
import { LeadWorld } from "../lead/world/lead_world.ts";
import { LONG, LONG_TOML } from "../lead/world/world_options.ts";
import { listeningPorts } from "../../support/programs/process_facts.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { FROM_SOURCES, type Program, ServerProcess } from "../../support/programs/start_process.ts";
import { untilInspectorsOpen } from "../../support/programs/inspector.ts";

const ROUNDS = 3;

Deno.test("a server from its sources opens no inspector on SIGUSR1, and serves on", async () => {
  await using server = await ServerProcess.start();
  await untilInspectorsOpen();
  for (let round = 0; round < ROUNDS; round++) {
    server.signal("SIGUSR1");
    await using client = await RawClient.join(server.port);
    await client.settled();
    assertEquals(await listeningPorts(server.pid), [server.port]);
  }
  assertEquals(await server.stop(), { code: 0, stdout: server.output.join("\n") + "\n", stderr: "" });
});

Deno.test("a server that was not given native code ends by SIGUSR1 like any other program", async () => {
  const [deno, ...words] = FROM_SOURCES;
  const program: Program = [deno, ...words.filter((word) => word !== "--allow-ffi")];
  await using server = await ServerProcess.start({ program });
  await untilInspectorsOpen();
  server.signal("SIGUSR1");
  assertEquals((await server.exit()).code, 138);
});

Deno.test("a client under --lead and its guard, from their sources, open no inspector on SIGUSR1, and go on", async () => {
  await using world = await LeadWorld.start(LONG);
  const client = await world.startClient("a", { toml: LONG_TOML });
  const program = await world.started("a leads", () => true);
  const pids = [client.pid, client.guard!];
  await untilInspectorsOpen();
  for (let round = 0; round < ROUNDS; round++) {
    for (const pid of pids) Deno.kill(pid, "SIGUSR1");
    assert("result" in await client.ask("status"));
    assertEquals(await Promise.all(pids.map(listeningPorts)), [[], []]);
  }
  assertEquals([...pids, program.pid].map(isThere), [true, true, true]);
  client.signal("SIGTERM");
  assertEquals((await client.status).code, 143);
  assertEquals(/inspector|debugger/i.exec(client.output), null, client.output);
});

Deno.test("what a client from its sources starts is not deaf to SIGUSR1", async () => {
  await using world = await LeadWorld.start(LONG);
  const client = await world.startClient("a", { toml: LONG_TOML });
  const { pid } = await world.started("a leads", () => true);
  Deno.kill(pid, "SIGUSR1");
  assertEquals((await client.status).code, 3);
});
