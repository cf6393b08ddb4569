// The judge of all other tests here: two programs at once are found, however the first one has ended.

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { LeaderLog } from "./leader_log.ts";
import { within } from "./within.ts";
import type { Mode } from "./world_options.ts";

const WAIT_MS = 10_000;
const PROGRAM = join(import.meta.dirname!, "program.sh");

class Stage {
  readonly folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "rank-program-" }));
  readonly log = new LeaderLog(this.folder);
  readonly #programs: Deno.ChildProcess[] = [];

  async start(ticket: number, ...modes: readonly Mode[]): Promise<Deno.ChildProcess> {
    const program = new Deno.Command("sh", {
      args: [PROGRAM, this.log.path, ...modes],
      env: { RANK_TICKET: String(ticket) },
      stdin: "null",
      stdout: "null",
      detached: true,
    }).spawn();
    this.#programs.push(program);
    await within(WAIT_MS, "it has begun", () => this.log.entries.some(({ pid }) => pid === program.pid));
    return program;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { pid } of this.#programs) {
      try {
        Deno.kill(-pid, "SIGKILL");
      } catch {
        // All of the group have ended.
      }
    }
    await Promise.all(this.#programs.map(({ status }) => status));
    await within(WAIT_MS, "all programs have ended", () => this.log.holders.length === 0);
    await Deno.remove(this.folder, { recursive: true });
  }
}

Deno.test("two programs at once are an overlap, and it is said which and for how long", async () => {
  await using stage = new Stage();
  const first = await stage.start(1);
  await stage.start(2);
  await within(WAIT_MS, "the second has named the first", () => stage.log.of("holder").length > 0);
  Deno.kill(-first.pid, "SIGTERM");
  await within(WAIT_MS, "the second is alone", () => stage.log.of("alone").length === 1);
  await within(WAIT_MS, "the second goes on", () => stage.log.starts.length === 2);
  const [fault, ...more] = stage.log.faults;
  assertMatch(fault!, new RegExp(`ticket 2 .* while .*${first.pid} .*, which lasted \\d+ ms`));
  assertEquals([more, stage.log.overlaps], [[], 1]);
});

Deno.test("what a program leaves behind when it is killed is an overlap, too", async () => {
  await using stage = new Stage();
  const first = await stage.start(1, "family");
  await within(WAIT_MS, "it has a child", () => stage.log.of("child").length === 1 && stage.log.running);
  first.kill("SIGKILL");
  await first.status;
  assertEquals(stage.log.running, undefined);
  await stage.start(2);
  assertEquals(stage.log.overlaps, 1);
  Deno.kill(-first.pid, "SIGKILL");
});

for (const mode of ["slow", "stubborn", "family", "outsider"] as const) {
  Deno.test(`after one program's group has ended another is no overlap, unless its ticket is lower (${mode})`, async () => {
    await using stage = new Stage();
    const first = await stage.start(2, mode);
    await within(WAIT_MS, "it runs", () => stage.log.running);
    Deno.kill(-first.pid, mode === "slow" ? "SIGTERM" : "SIGKILL");
    await first.status;
    await within(WAIT_MS, "nothing of it is left", () => stage.log.holders.length === 0);
    await stage.start(1);
    await within(WAIT_MS, "the second runs", () => stage.log.running);
    assertEquals([stage.log.overlaps, stage.log.faults], [0, ["ticket 1 after 2"]]);
    for (const { pid } of stage.log.of("outsider")) Deno.kill(pid, "SIGKILL");
  });
}
