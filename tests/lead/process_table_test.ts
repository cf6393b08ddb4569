// What can be found out about the processes of this machine, with real ones.

import { assert, assertEquals } from "@std/assert";
import { runScript } from "../../src/cli/lead_system.ts";
import { killLeftBehind } from "../../src/client/kill_left_behind.ts";
import { findByEnvironment } from "../../src/client/process_table.ts";
import { isThere } from "./world/process_tree.ts";
import { pause } from "./world/within.ts";

/** A program in a group of its own, with a mark in its environment. */
function start(mark: string, script: string): Deno.ChildProcess {
  const env = { RANK_TICKET: mark, RANKSERVER: "test:1" };
  const args = ["-c", script];
  return new Deno.Command("sh", { args, env, stdin: "null", stdout: "null", detached: true }).spawn();
}

Deno.test("where nothing can be read, nothing is said", async () => {
  for (const run of [() => Promise.resolve(""), () => Promise.reject(new Error("no shell"))]) {
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
