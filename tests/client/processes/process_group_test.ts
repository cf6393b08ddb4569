// When a process group counts as gone.

import { assertEquals } from "@std/assert";
import { type DeadProcesses, GroupSignals } from "../../../src/client/processes/process_group.ts";

const TIMES = { killAfterMs: 10_000, groupPollMs: 5, groupGoneMs: 10_000 };
const STUBBORN = ["-c", "trap '' TERM; echo ready; while :; do sleep 1; done"];

/** Answers of searches, in turn; the last one again and again. */
function answers(...running: boolean[]): DeadProcesses & { readonly asked: () => number } {
  let asked = 0;
  return {
    reapOrphans() {},
    isRunning: () => running[Math.min(asked++, running.length - 1)]!,
    asked: () => asked,
  };
}

Deno.test("a group that a search takes for dead gets KILL all the same", async () => {
  const child = new Deno.Command("sh", { args: STUBBORN, stdout: "piped", detached: true }).spawn();
  const ready = child.stdout.getReader();
  await ready.read();
  assertEquals(await new GroupSignals(child.pid, answers(false)).stop(TIMES), true);
  assertEquals((await child.status).signal, "SIGKILL");
  await ready.cancel();
});

Deno.test("searches in a row must agree that a group is dead", async () => {
  const child = new Deno.Command("sleep", { args: ["60"], detached: true }).spawn();
  const dead = answers(true, false, true, false, false);
  assertEquals(await new GroupSignals(child.pid, dead).isGoneWithin(TIMES.groupGoneMs, 1), true);
  assertEquals(dead.asked(), 5);
  child.kill("SIGKILL");
  await child.status;
});
