// A program whose processes are hard to see: it counts as gone only when that is proven.

import { assertEquals, assertMatch } from "@std/assert";
import type { LeadClient } from "../world/lead_client.ts";
import { CAN_UNSHARE, UNSHARE } from "../world/namespaces.ts";
import { argumentsOf, childrenOf, signalProcess } from "../world/process_tree.ts";
import { programsToTest } from "../world/programs.ts";
import { scenario } from "../world/scenario.ts";
import { within } from "../world/within.ts";
import { AT_ONCE, clientToml, LEASE_MS, LONG_LEASE_MS } from "../world/world_options.ts";

const WAIT_MS = 15_000;
const OPTIONS = { ...AT_ONCE, leaseMaxMs: LEASE_MS };
const [PROGRAMS] = await programsToTest();

const ENDS: Readonly<Record<string, (leader: LeadClient) => Promise<unknown>>> = {
  "the client is killed": (leader) => leader.kill(),
  "a yield": (leader) => leader.ask("yield").catch(() => {/* It may end before it answers. */}),
};

const MODES = [["threads", "whose first thread has ended"], [
  "hopping",
  "that forks and ends all the time",
]] as const;
for (const [mode, whose] of MODES) {
  for (const [name, end] of Object.entries(ENDS)) {
    const both = mode === "threads" && name === "a yield";
    scenario(`a program ${whose}: ${name}`, { both, ...OPTIONS }, async (world) => {
      const first = await world.startClient("a", { program: world.program(mode) });
      const before = await within(WAIT_MS, "a leads", () => world.log.starts[0]);
      await within(WAIT_MS, "it is hard to see", () => world.log.running === undefined);
      await world.startClient("b");
      await end(first);
      await world.succeeded(before);
    });
  }
}

/** No process outside has such a number, most likely. */
const LATE_NUMBERS = 'for i in $(seq 300); do (:); done; exec "$@"';
/** In /proc it sees other processes, by other numbers than its own. */
const NAMESPACE = [UNSHARE, "--pid", "--fork", "--kill-child", "sh", "-c", LATE_NUMBERS, "sh"];
/** A program that is taken for dead too early runs for long beside the next one. */
const SLOW_TOML = clientToml("", LONG_LEASE_MS).replace(/kill_after_ms = \d+/, "kill_after_ms = 2_000");

scenario("an eviction in a process namespace without a /proc of its own", {
  ignore: !CAN_UNSHARE,
  ...AT_ONCE,
  leaseMaxMs: LONG_LEASE_MS,
}, async (world) => {
  const client = [...NAMESPACE, ...PROGRAMS!.client];
  await world.startClient("a", { client, program: world.program("stubborn"), toml: SLOW_TOML });
  const before = await within(WAIT_MS, "a leads", () => world.log.starts[0]);
  await world.startClient("b", { toml: SLOW_TOML });
  await world.evictLeader();
  await world.succeeded(before);
});

scenario("the guard is killed in a process namespace without a /proc of its own", {
  ignore: !CAN_UNSHARE,
  ...OPTIONS,
}, async (world) => {
  const client = [...NAMESPACE, ...PROGRAMS!.client];
  const first = await world.startClient("a", { client, program: world.program("stubborn", "family") });
  const before = await within(WAIT_MS, "a leads", () => world.log.starts[0]);
  await world.startClient("b");
  const guard = childrenOf(first.pid).flatMap(childrenOf).find((pid) => argumentsOf(pid).includes("--guard"));
  signalProcess(guard!, "SIGKILL");
  assertEquals(await first.ends(), 137);
  assertMatch(first.output, /process group killed; cannot search for processes that left it/);
  await world.succeeded(before);
});
