// What can be found out about the processes of this machine, with real ones.

import { assert, assertEquals } from "@std/assert";
import { killProcess, runScript } from "../../../src/cli/client/lead/lead_system.ts";
import { killLeftBehind } from "../../../src/client/processes/kill_left_behind.ts";
import { findByEnvironment, type FoundProcess } from "../../../src/client/processes/process_table.ts";
import { isThere } from "../../system/lead/world/process_tree.ts";
import { pause, within } from "../../system/lead/world/within.ts";

const PATIENCE_MS = 10_000;

/** A program in a group of its own, with a mark in its environment. */
function start(mark: string, script: string): Deno.ChildProcess {
  const env = { RANK_TICKET: mark, RANKSERVER: "test:1" };
  const args = ["-c", script];
  return new Deno.Command("sh", { args, env, stdin: "null", stdout: "null", detached: true }).spawn();
}

async function findAll(env: Record<string, string>, count: number): Promise<readonly FoundProcess[]> {
  return await within(PATIENCE_MS, `${count} processes are found`, async () => {
    const found = (await findByEnvironment(env, runScript))!;
    return found.length === count && found;
  });
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
  const found = await findAll(env, 3);
  assert(found.some(({ pid, group }) => pid === program.pid && group === program.pid));
  assert(found.some(({ group }) => group !== program.pid));
  assertEquals(await findByEnvironment({ ...env, RANKSERVER: "test:2" }, runScript), []);
  assertEquals(await killLeftBehind(env, { run: runScript, kill: killProcess, delay: pause }), true);
  assertEquals(found.filter(({ pid }) => isThere(pid)), []);
  assert(isThere(other.pid));
  Deno.kill(-other.pid, "SIGKILL");
  for (const child of [program, other]) await child.status;
});

Deno.test("a member of the group that has another environment is killed with it", async () => {
  const mark = `${Deno.pid}.${performance.now()}`;
  const env = { RANK_TICKET: mark, RANKSERVER: "test:1" };
  const program = start(mark, "env -i sleep 60 & sleep 60 & wait");
  await findAll(env, 2);
  const [hidden] = membersOf(program.pid).filter((pid) =>
    !Deno.readTextFileSync(`/proc/${pid}/environ`).includes(mark)
  );
  assert(hidden !== undefined);
  assertEquals(await killLeftBehind(env, { run: runScript, kill: killProcess, delay: pause }), true);
  await within(PATIENCE_MS, "it has ended", () => !isThere(hidden));
  await program.status;
});

Deno.test("a group that cannot be read is never taken for all processes, or for the own group", async () => {
  for (const group of ["", "0", "1", "x"]) {
    const killed: number[] = [];
    const answers = [`checked\n4711 ${group}`, "checked"];
    const run = () => Promise.resolve(answers.shift()!);
    const isGone = await killLeftBehind({ A: "1" }, {
      run,
      kill: (pid) => killed.push(pid),
      delay: () => Promise.resolve(),
    });
    assertEquals([isGone, killed], [true, [4_711]]);
  }
});

function membersOf(group: number): number[] {
  const pids = [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter(Number.isInteger);
  return pids.filter((pid) => {
    try {
      return Number(Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ").at(-1)!.split(" ")[2]) === group;
    } catch {
      return false;
    }
  });
}
