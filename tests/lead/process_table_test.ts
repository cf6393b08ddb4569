// What can be found out about the processes of this machine, with real ones.

import { assert, assertEquals } from "@std/assert";
import { runScript } from "../../src/cli/lead_system.ts";
import { killLeftBehind } from "../../src/client/kill_left_behind.ts";
import { findByEnvironment, isGroupRunning } from "../../src/client/process_table.ts";
import { isThere } from "./world/process_tree.ts";
import { pause, within } from "./world/within.ts";

const PATIENCE_MS = 10_000;

/** A program in a group of its own, with a mark in its environment. */
function start(mark: string, script: string): Deno.ChildProcess {
  const env = { RANK_TICKET: mark, RANKSERVER: "test:1" };
  const args = ["-c", script];
  return new Deno.Command("sh", { args, env, stdin: "null", stdout: "null", detached: true }).spawn();
}

Deno.test("a group is running as long as one of it is not dead, waited for or not", async () => {
  // The parent does not wait for its children.
  const parent = new Deno.Command("sh", {
    args: ["-c", "setsid sh -c 'sleep 60 & echo $$; wait' & exec sleep 60"],
    stdout: "piped",
    detached: true,
  }).spawn();
  const reader = parent.stdout.getReader();
  const group = Number(new TextDecoder().decode((await reader.read()).value));
  assertEquals(await isGroupRunning(group, runScript), true);
  Deno.kill(-group, "SIGKILL");
  await within(PATIENCE_MS, "the group is dead", () => !isThere(group));
  assertEquals(await isGroupRunning(group, runScript), false);
  Deno.kill(-parent.pid, "SIGKILL");
  await parent.status;
  await reader.cancel();
});

Deno.test("where nothing can be read, nothing is said", async () => {
  for (const run of [() => Promise.resolve(""), () => Promise.reject(new Error("no shell"))]) {
    assertEquals(await isGroupRunning(1, run), undefined);
    assertEquals(await findByEnvironment({ A: "1" }, run), undefined);
  }
});

Deno.test("what was started with an environment is found wherever it went, and only that", async () => {
  const mark = `${Deno.pid}.${performance.now()}`;
  const program = start(mark, "setsid sleep 60 & sleep 60 & wait");
  const other = start(`${mark}0`, "sleep 60 & wait");
  const env = { RANK_TICKET: mark, RANKSERVER: "test:1" };
  let found: readonly number[] = [];
  while (found.length < 3) {
    found = (await findByEnvironment(env, runScript))!;
    await pause(10);
  }
  assert(found.includes(program.pid));
  assertEquals(await findByEnvironment({ ...env, RANKSERVER: "test:2" }, runScript), []);
  const kill = (pid: number) => Deno.kill(pid, "SIGKILL");
  assertEquals(await killLeftBehind(env, { run: runScript, kill, delay: pause }), true);
  assertEquals(found.filter(isThere), []);
  assert(isThere(other.pid));
  Deno.kill(-other.pid, "SIGKILL");
  for (const child of [program, other]) await child.status;
});
