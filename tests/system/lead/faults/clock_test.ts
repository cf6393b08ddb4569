// The time of day is set while a client leads: a proof is never worth more than the lease from the sending of its ping.

import { assert, assertEquals } from "@std/assert";
import { deadline } from "@std/async";
import { FAKE_TIME_LIBRARY, FakeTime } from "../world/fake_time.ts";
import type { LeadWorld } from "../world/lead_world.ts";
import { scenario } from "../world/scenario.ts";
import { pause } from "../world/within.ts";
import { AT_ONCE, clientToml, LEASE_MS, LONG, LONG_TOML } from "../world/world_options.ts";

const IGNORE = FAKE_TIME_LIBRARY === undefined;
const HOUR = 3_600;
const WAIT_MS = 15_000;

/** A client whose time of day is its own; its program has the real one. */
async function startWithTime(world: LeadWorld, time: FakeTime, leaseMs: number) {
  const program = ["/usr/bin/env", "-u", "LD_PRELOAD", ...world.program("stubborn", "family")];
  return await world.startClient("a", { env: time.env, program, toml: clientToml("", leaseMs) });
}

const IN_FLIGHT_LEASE_MS = 3_000;
/** As long as a client waits for the answer to a ping, nearly. */
const IN_FLIGHT_MS = 900;

scenario(
  "the clock is set back while a ping is in flight",
  { both: true, ignore: IGNORE, ...AT_ONCE, leaseMaxMs: IN_FLIGHT_LEASE_MS },
  async (world) => {
    const time = new FakeTime(`${world.folder}/a.time`);
    const first = await startWithTime(world, time, IN_FLIGHT_LEASE_MS);
    await world.startClient("b", { toml: clientToml("", IN_FLIGHT_LEASE_MS) });
    const before = await world.started("a leads");
    const { proxy } = first;
    // It is the last one that the server hears, and the last one whose answer the client gets.
    await deadline(proxy.next("to server", /"method":"ping"/, () => proxy.stall("to client")), WAIT_MS);
    await deadline(proxy.next("to client", /"result":\{\}/, () => proxy.stall("to server")), WAIT_MS);
    await pause(IN_FLIGHT_MS);
    time.set(-HOUR);
    proxy.resume("to client");
    const after = await world.succeeded(before);
    proxy.heal();
    await first.seated(({ ticket }) => ticket! > before.ticket);
    assertEquals(world.log.running?.pid, after.pid);
  },
);

scenario("the server's clock is set back before a restart with a store: tickets go on rising", {
  ignore: IGNORE,
  ...LONG,
  fakesServerTime: true,
}, async (world) => {
  const first = await world.startClient("a", { toml: LONG_TOML });
  const before = await world.started("a leads");
  // Its seat is released, so that only the counter in the store knows its ticket.
  first.signal("SIGTERM");
  await first.ends();
  await world.killServer();
  world.serverTime.set(-HOUR);
  await world.startServer();
  await world.startClient("b", { toml: LONG_TOML });
  await world.succeeded(before);
});

scenario("the clock is set back, and then the network is cut", {
  ignore: IGNORE,
  ...AT_ONCE,
  leaseMaxMs: LEASE_MS,
}, async (world) => {
  const time = new FakeTime(`${world.folder}/a.time`);
  const first = await startWithTime(world, time, LEASE_MS);
  await world.startClient("b");
  const before = await world.started("a leads");
  time.set(-HOUR);
  first.proxy.cut();
  await world.succeeded(before);
});

for (const seconds of [-HOUR, HOUR]) {
  const where = seconds < 0 ? "back" : "forward";
  scenario(`the server's clock is set ${where}, and it is restarted: no lease gets shorter`, {
    ignore: IGNORE,
    ...AT_ONCE,
    leaseMaxMs: LEASE_MS,
    fakesServerTime: true,
  }, async (world) => {
    const [first] = await world.startClients(["a", "b"], { program: world.program("stubborn", "family") });
    const before = await world.started("a leads");
    // The leader learns of nothing, and relies on its lease.
    first!.proxy.cut();
    world.serverTime.set(seconds);
    const between = await world.succeeded(before);
    first!.proxy.heal();
    await first!.seated(({ ticket }) => ticket! > between.ticket);
    world.clients.get("b")!.proxy.cut();
    await world.killServer();
    world.serverTime.set(0);
    await world.startServer();
    await world.succeeded(between);
  });

  scenario(`the clock is set ${where}: the client leads on, or again`, {
    ignore: IGNORE,
    ...AT_ONCE,
    leaseMaxMs: LEASE_MS,
  }, async (world) => {
    const time = new FakeTime(`${world.folder}/a.time`);
    const first = await startWithTime(world, time, LEASE_MS);
    const before = await world.started("a leads");
    time.set(seconds);
    // Answers to pings that it has sent since.
    for (let count = 0; count < 3; count++) {
      await deadline(first.proxy.next("to client", /"result":\{\}/), WAIT_MS);
    }
    const after = await world.started("a client leads");
    assert(after.ticket >= before.ticket);
  });
}
