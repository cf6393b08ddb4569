// What happens to a guard before its client leads must not show when it does.

import { assertEquals } from "@std/assert";
import { isThere, signalProcess } from "../world/process_tree.ts";
import { scenario } from "../world/scenario.ts";
import { within } from "../world/within.ts";
import { AT_ONCE, LEASE_MS, LONG, LONG_TOML } from "../world/world_options.ts";

const WAIT_MS = 15_000;

const SIGNALS: readonly Deno.Signal[] = [
  "SIGTERM",
  "SIGTERM",
  "SIGINT",
  "SIGHUP",
  "SIGQUIT",
  "SIGALRM",
  "SIGUSR1",
  "SIGUSR2",
];

scenario("a guard that got all signals while its client was in line stops the program like any other", {
  both: true,
  ...AT_ONCE,
  leaseMaxMs: LEASE_MS,
}, async (world) => {
  const [first, second] = await world.startClients(["a", "b", "c"], {
    program: world.program("stubborn", "family"),
  });
  const before = await world.started("a leads");
  for (const signal of SIGNALS) second!.signalGuard(signal);
  await first!.kill();
  const after = await world.succeeded(before);
  assertEquals(world.leader()?.name, "b");
  second!.proxy.cut();
  await world.succeeded(after);
});

scenario(
  "a guard that was killed while its client was in line is replaced",
  { both: true, ...LONG },
  async (world) => {
    const [first, second] = await world.startClients(["a", "b"], { toml: LONG_TOML });
    const before = await world.started("a leads");
    const guard = second!.guard!;
    signalProcess(guard, "SIGKILL");
    await within(WAIT_MS, "the guard is gone", () => !isThere(guard));
    await first!.kill();
    await world.succeeded(before);
  },
);

scenario("a guard that is stopped before its client leads does not hold up the line", {
  ...AT_ONCE,
  leaseMaxMs: LEASE_MS,
}, async (world) => {
  const [first, second] = await world.startClients(["a", "b", "c"]);
  const before = await world.started("a leads");
  const guard = second!.guard!;
  signalProcess(guard, "SIGSTOP");
  await first!.kill();
  await world.succeeded(before);
  signalProcess(guard, "SIGCONT");
  await second!.settled();
});

scenario(
  "a guard that is stopped before its client leads, and goes on when another one does, starts nothing",
  {
    ...AT_ONCE,
    leaseMaxMs: LEASE_MS,
  },
  async (world) => {
    const [first, second] = await world.startClients(["a", "b", "c"]);
    const before = await world.started("a leads");
    const guard = second!.guard!;
    signalProcess(guard, "SIGSTOP");
    await first!.kill();
    // It has the order to start its program, and cannot read it.
    await second!.seated(({ rank }) => rank === 0);
    second!.proxy.cut();
    const after = await world.succeeded(before);
    signalProcess(guard, "SIGCONT");
    second!.proxy.heal();
    await second!.settled(({ ticket }) => ticket! > after.ticket);
    assertEquals(world.log.running?.pid, after.pid);
  },
);

scenario("a guard that is killed just when its client comes to lead leaves no program behind", {
  ...AT_ONCE,
  leaseMaxMs: LEASE_MS,
}, async (world) => {
  const program = world.program("stubborn", "family");
  const [first, second] = await world.startClients(["a", "b", "c"], { program });
  const before = await world.started("a leads");
  const guard = second!.guard!;
  // Stopped, it has the order unread; killed when it has begun to read, it may have started the program.
  signalProcess(guard, "SIGSTOP");
  await first!.kill();
  await second!.seated(({ rank }) => rank === 0);
  await second!.proxy.next("to client", /"result":\{\}/);
  signalProcess(guard, "SIGCONT");
  await within(WAIT_MS, "the lock is taken", () => world.log.holders.length > 0);
  signalProcess(guard, "SIGKILL");
  await world.started("a client leads", ({ ticket }) => ticket > before.ticket);
  await second!.ends();
  await world.started("the next client leads", ({ ticket }) => ticket > before.ticket + 1);
});

scenario("a suspended guard is reported, before it is needed", LONG, async (world) => {
  const [, second] = await world.startClients(["a", "b"], { toml: LONG_TOML });
  const guard = second!.guard!;
  signalProcess(guard, "SIGSTOP");
  await second!.says(new RegExp(`Guard does not answer; check whether process ${guard} is suspended`));
  signalProcess(guard, "SIGCONT");
  await second!.says(/Guard answers again/);
});

scenario("a client without enough descriptors for a guard says so and exits with 2", LONG, async (world) => {
  const client = await world.spawnClient("a", { before: "ulimit -n 18" });
  assertEquals(await client.ends(), 2);
  await within(WAIT_MS, "it says so", () => /Cannot start a guard .*Too many open files/.test(client.output));
});
