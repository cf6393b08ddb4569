// Signals to a client that leads: those that end it, those that were ignored when it started, those for its program.

import { assert, assertEquals } from "@std/assert";
import { isThere } from "../world/process_tree.ts";
import { HAS_EXECUTABLES, scenario } from "../world/scenario.ts";
import { within } from "../world/within.ts";
import { AT_ONCE, LEASE_MS, LONG, LONG_TOML } from "../world/world_options.ts";

const WAIT_MS = 15_000;

const ENDING: readonly (readonly [Deno.Signal, number])[] = [
  ["SIGTERM", 143],
  ["SIGINT", 130],
  ["SIGHUP", 129],
  ["SIGQUIT", 131],
];

for (const [signal, code] of ENDING) {
  scenario(
    `${signal} to a leader ends its program, and then the client with ${code}`,
    LONG,
    async (world) => {
      const [first] = await world.startClients(["a", "b"], {
        toml: LONG_TOML,
        program: world.program("family"),
      });
      const before = await world.started("a leads");
      first!.signal(signal);
      await world.succeeded(before);
      assertEquals(await first!.ends(), code);
    },
  );
}

for (const [second, name] of [["SIGINT", "INT"], ["SIGTERM", "TERM"]] as const) {
  scenario(`TERM and then ${name} to a leader ends its program before the next one begins`, {
    ...AT_ONCE,
    leaseMaxMs: LEASE_MS,
  }, async (world) => {
    const [first] = await world.startClients(["a", "b"], { program: world.program("stubborn", "family") });
    const before = await world.started("a leads");
    first!.signal("SIGTERM");
    await within(WAIT_MS, "the program has got TERM", () => world.log.of("term").length > 0);
    first!.signal(second);
    await world.succeeded(before);
    await first!.ends();
  });
}

for (const signal of ["SIGHUP", "SIGINT", "SIGQUIT"] as const) {
  scenario(`${signal} that was ignored at the start stays ignored`, {
    both: signal === "SIGHUP",
    ...LONG,
  }, async (world) => {
    const options = { toml: LONG_TOML, before: `trap "" ${signal.slice(3)}` };
    const [first] = await world.startClients(["a", "b"], options);
    const before = await world.started("a leads");
    first!.signal(signal);
    // A later one that it does not ignore tells when it has seen this one.
    first!.signal("SIGUSR2");
    await within(WAIT_MS, "the program has got USR2", () => world.log.of("usr2").length > 0);
    await first!.seated();
    assertEquals([world.log.running?.pid, world.log.of("stop")], [before.pid, []]);
    first!.signal("SIGTERM");
    assertEquals(await first!.ends(), 143);
    await world.succeeded(before);
  });
}

scenario(
  "USR2 to a leader reaches its program, and no other client's",
  { both: true, ...LONG },
  async (world) => {
    const [first, second] = await world.startClients(["a", "b"], { toml: LONG_TOML });
    await world.started("a leads");
    for (const client of [first!, second!]) client.signal("SIGUSR2");
    await within(WAIT_MS, "the program has got USR2", () => world.log.of("usr2").length > 0);
    // One that has no program takes it without harm.
    await second!.seated();
    first!.signal("SIGTERM");
    await first!.ends();
    assertEquals(world.log.of("usr2").length, 1);
  },
);

// From its sources, a client discards it: the runtime would open its debugger.
scenario("USR1 to a leader reaches its program", { ignore: !HAS_EXECUTABLES, ...LONG }, async (world) => {
  const [first, second] = await world.startClients(["a", "b"], { toml: LONG_TOML });
  const before = await world.started("a leads");
  second!.signal("SIGUSR1");
  await second!.seated();
  first!.signal("SIGUSR1");
  assertEquals(await first!.ends(), 3);
  await world.succeeded(before);
  assert(!isThere(before.pid));
});
