// One fault at a time, with real processes: the program of a leader is gone before the next one begins.

import { assert, assertEquals } from "@std/assert";
import { LeadWorld } from "./world/lead_world.ts";
import { isThere } from "./world/process_tree.ts";
import { pause, within } from "./world/within.ts";
import { clientToml, LEASE_MS, LONG, LONG_LEASE_MS } from "./world/world_options.ts";

Deno.test("a leader that is killed: its program is gone, and the next in line need not wait for the lease", async () => {
  await using world = await LeadWorld.start();
  const [first] = await world.startClients(["a", "b"]);
  const before = await world.started("a leads", () => true);
  await first!.kill();
  const after = await world.started("b leads", ({ pid }) => pid !== before.pid);
  assert(after.ticket > before.ticket);
  assert(!isThere(before.pid));
  assertEquals(world.log.faults, []);
});

Deno.test("a leader that is stopped: the guard ends its program in time, and it does not come back", async () => {
  await using world = await LeadWorld.start();
  const [first] = await world.startClients(["a", "b"]);
  const before = await world.started("a leads", () => true);
  first!.signal("SIGSTOP");
  const after = await world.started("b leads", ({ pid }) => pid !== before.pid);
  first!.signal("SIGCONT");
  await first!.says(/The previous seat is lost|rank 1 of 2[^]*rank 1 of 2/);
  await pause(LEASE_MS);
  assertEquals(world.log.running?.pid, after.pid);
  assertEquals([world.log.starts.length, world.log.faults], [2, []]);
});

Deno.test("a program that ignores TERM, has a child and closes its input is gone before the next one begins", async () => {
  await using world = await LeadWorld.start();
  const [first, second] = await world.startClients(["a", "b"], {
    program: world.program("stubborn", "family"),
  });
  const before = await world.started("a leads", () => true);
  const child = world.log.entries.find(({ what }) => what === "child")!;
  assert(isThere(child.pid));
  await first!.kill();
  const after = await world.started("b leads", ({ pid }) => pid !== before.pid);
  assertEquals([isThere(before.pid), isThere(child.pid), world.log.faults], [false, false, []]);
  // And a program that does not end by itself does not keep the client from ending either.
  second!.signal("SIGTERM");
  assertEquals((await second!.status).code, 143);
  assert(!isThere(after.pid));
});

Deno.test("a network that swallows everything: the program ends, the next one begins, the first one follows", async () => {
  await using world = await LeadWorld.start();
  const [first] = await world.startClients(["a", "b"]);
  const before = await world.started("a leads", () => true);
  first!.proxy.cut();
  const after = await world.started("b leads", ({ pid }) => pid !== before.pid);
  first!.proxy.heal();
  await first!.says(/The previous seat is lost/);
  assertEquals([world.log.running?.pid, world.log.faults], [after.pid, []]);
});

Deno.test("a connection that breaks and comes back within the lease: the same program, the same ticket", async () => {
  await using world = await LeadWorld.start();
  const [first] = await world.startClients(["a", "b"]);
  const before = await world.started("a leads", () => true);
  first!.proxy.cut();
  first!.proxy.heal();
  await first!.says(/Resumed rank 0 of 2/);
  await pause(LEASE_MS);
  assertEquals([world.log.running?.pid, world.log.starts.length], [before.pid, 1]);
});

for (const hasStore of [false, true]) {
  const name = hasStore ? "with a store goes on leading" : "without a store waits until a lease is over";
  Deno.test(`after a server was killed and started again, the leader of one ${name}`, async () => {
    await using world = await LeadWorld.start({ hasStore });
    const [first] = await world.startClients(["a", "b"]);
    const before = await world.started("a leads", () => true);
    await world.killServer();
    await world.startServer();
    const [said] = await first!.says(/Resumed rank 0|The previous seat is lost/);
    assertEquals(said.startsWith("Resumed"), hasStore);
    const after = await world.started("somebody leads", ({ ticket }) => hasStore || ticket > before.ticket);
    assert(after.ticket >= before.ticket);
    assertEquals(world.log.faults, []);
  });
}

Deno.test("the exit code is the program's, and the next in line leads", async () => {
  await using world = await LeadWorld.start();
  const [first, second] = await world.startClients(["a", "b"]);
  const before = await world.started("a leads", () => true);
  Deno.kill(before.pid, "SIGUSR1");
  assertEquals((await first!.status).code, 3);
  const after = await world.started("b leads", ({ pid }) => pid !== before.pid);
  Deno.kill(after.pid, "SIGKILL");
  assertEquals((await second!.status).code, 137);
  assertEquals(world.log.faults, []);
});

Deno.test("a program that cannot be started ends the client when it starts, with the code of a shell", async () => {
  await using world = await LeadWorld.start();
  for (
    const [program, code, said] of [
      ["/no/such/program", 127, "no such file"],
      ["no-such-program", 127, "not found in PATH"],
      [`${world.folder}/server.toml`, 126, "not an executable file"],
    ] as const
  ) {
    const client = world.spawnClient(`none-${said.length}`, { program: [program] });
    assertEquals((await (await client).status).code, code);
    assert((await client).output.includes(`Cannot run "${program}": ${said}`), (await client).output);
  }
  assertEquals(world.serverLog.includes("assigned rank"), false);
});

Deno.test("yield stops the program first, and hands over", async () => {
  await using world = await LeadWorld.start();
  const [first] = await world.startClients(["a", "b"]);
  const before = await world.started("a leads", () => true);
  const { result } = await first!.ask("yield");
  assert(!isThere(before.pid));
  assertEquals((result as { rank: number }).rank, 1);
  const next = await world.started("b leads", ({ pid }) => pid !== before.pid);
  // And it is in line again.
  await world.clients.get("b")!.kill();
  const again = await world.started("a leads again", ({ pid }) => pid !== next.pid);
  assert(before.ticket < next.ticket && next.ticket < again.ticket);
  assertEquals(world.log.faults, []);
});

Deno.test("the operator raises the last in line: the leader stops its program first, and no other client leads in between", async () => {
  await using world = await LeadWorld.start();
  const [first, , third] = await world.startClients(["a", "b", "c"]);
  const before = await world.started("a leads", () => true);
  await world.raise("c");
  const after = await world.started("c leads", ({ pid }) => pid !== before.pid);
  assert(!isThere(before.pid));
  assertEquals(world.leader()?.name, "c");
  await first!.says(/Now rank 1/);
  // Those that moved are in line again, in their order.
  await third!.kill();
  const next = await world.started("a leads again", ({ pid }) => pid !== after.pid);
  assertEquals(world.leader()?.name, "a");
  assert(before.ticket < next.ticket);
  assertEquals([world.log.starts.length, world.log.faults], [3, []]);
});

Deno.test("a yield without an id at the control socket stops the program first, too", async () => {
  await using world = await LeadWorld.start();
  const [first] = await world.startClients(["a", "b"]);
  const before = await world.started("a leads", () => true);
  using conn = await Deno.connect({ transport: "unix", path: first!.control });
  await conn.write(new TextEncoder().encode(`{"jsonrpc":"2.0","method":"yield"}\n`));
  await first!.says(/Now rank 1, the last one/);
  await world.started("b leads", ({ pid }) => pid !== before.pid);
  assert(!isThere(before.pid));
  assertEquals(world.log.faults, []);
});

Deno.test("a lease that the server cuts too short is refused, and said is which number to change", async () => {
  await using world = await LeadWorld.start({ leaseMaxMs: 300 });
  const client = await world.spawnClient("a");
  assertEquals((await client.status).code, 2);
  assert(/lease of 300 ms[^]*session\.lease_max_ms to \d+ or more/.test(client.output), client.output);
  assertEquals(world.log.starts, []);
});

Deno.test("a hook runs once for each rank, in order, and not for a connection that came back", async () => {
  await using world = await LeadWorld.start();
  const hooks = `${world.folder}/hooks`;
  const flags = ["--on-change", `sh -c 'echo "$RANK_WAS>$RANK $RANK_TICKET" >> ${hooks}'`];
  const [first, second] = await world.startClients(["a", "b"]);
  const third = await world.startClient("c", { flags });
  third.proxy.cut();
  third.proxy.heal();
  await third.says(/Resumed rank 2/);
  second!.signal("SIGTERM");
  await second!.status;
  first!.signal("SIGTERM");
  await first!.status;
  const read = () => Deno.readTextFileSync(hooks).trim().split("\n");
  await within(5_000, "three hooks", () => read().length === 3);
  assertEquals(read().map((line) => line.split(" ")[0]), [">2", "2>1", "1>0"]);
});

Deno.test("a hook that takes too long is stopped, and the next one runs", async () => {
  await using world = await LeadWorld.start();
  const toml = clientToml("hook_timeout_ms = 200");
  const [first] = await world.startClients(["a"]);
  const second = await world.startClient("b", { toml, flags: ["--on-change", "sleep 60"] });
  first!.signal("SIGTERM");
  await first!.status;
  await second.says(/Hook stopped[^]*rank 1[^]*Hook stopped[^]*rank 0/);
});

Deno.test("a leader that is evicted stops its program, and the next in line need not wait for the lease", async () => {
  await using world = await LeadWorld.start(LONG);
  const toml = clientToml("", LONG_LEASE_MS);
  const [first] = await world.startClients(["a", "b"], {
    toml,
    program: world.program("stubborn", "family"),
  });
  const before = await world.started("a leads", () => true);
  await world.evictLeader();
  const after = await world.started("b leads", ({ pid }) => pid !== before.pid);
  assert(after.ticket > before.ticket);
  assertEquals([isThere(before.pid), world.log.faults], [false, []]);
  // It is in line again.
  await first!.says(/rank 1 of 2/);
});

Deno.test("a leader that leaves while its connection is broken gives its seat up all the same", async () => {
  await using world = await LeadWorld.start(LONG);
  const toml = clientToml("", LONG_LEASE_MS).replace(
    /reconnect_(min|max)_ms = \d+/g,
    "reconnect_$1_ms = 600000",
  );
  const [first] = await world.startClients(["a", "b"], { toml });
  const before = await world.started("a leads", () => true);
  first!.proxy.breakAll();
  await first!.says(/connection lost|disconnected|connecting again/i);
  first!.signal("SIGTERM");
  assertEquals((await first!.status).code, 143);
  await world.started("b leads", ({ pid }) => pid !== before.pid);
  assertEquals(world.log.faults, []);
});

Deno.test("a guard that is killed: the client ends what is left of the program, and keeps the seat for its lease", async () => {
  await using world = await LeadWorld.start();
  const [first] = await world.startClients(["a", "b"], { program: world.program("stubborn", "family") });
  const before = await world.started("a leads", () => true);
  const child = world.log.entries.find(({ what }) => what === "child")!;
  Deno.kill(first!.guard!, "SIGKILL");
  assertEquals((await first!.status).code, 137);
  assertEquals([isThere(before.pid), isThere(child.pid)], [false, false], first!.output);
  assert(first!.output.includes("remaining processes killed"), first!.output);
  await world.started("b leads", ({ pid }) => pid !== before.pid);
  assertEquals(world.log.faults, []);
});

Deno.test("a guard that is stopped and does not do what it is told is killed, and the program with it", async () => {
  await using world = await LeadWorld.start();
  const [first] = await world.startClients(["a", "b"]);
  const before = await world.started("a leads", () => true);
  const guard = first!.guard!;
  Deno.kill(guard, "SIGSTOP");
  const yielded = await first!.ask("yield");
  assert(yielded.error?.message.includes("did not stop the program in time"), JSON.stringify(yielded));
  assertEquals((await first!.status).code, 137);
  assertEquals([isThere(before.pid), isThere(guard)], [false, false]);
  await world.started("b leads", ({ pid }) => pid !== before.pid);
});

Deno.test("whoever has rank 0 and may not lead yet is told why, once", async () => {
  await using world = await LeadWorld.start();
  const client = await world.startClient("a");
  await world.started("a leads", () => true);
  assertEquals(client.output.match(/No client may lead for \d+\.\d s yet/g)?.length, 1, client.output);
});
