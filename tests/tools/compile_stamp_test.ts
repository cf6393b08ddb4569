import { assertEquals, assertNotEquals } from "@std/assert";
import { join } from "node:path";
import type { CompileJob } from "../../tools/compile_job.ts";
import { hashSources, stateOf, writeStamp } from "../../tools/compile_stamp.ts";

/** A project with an executable that has just been made. */
async function withProject(test: (job: CompileJob) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    for (const folder of ["src/deep", "std", "tools", "tests"]) {
      await Deno.mkdir(join(root, folder), { recursive: true });
    }
    const files = ["deno.json", "deno.lock", "src/deep/a.ts", "tests/a.ts"];
    for (const file of files) await Deno.writeTextFile(join(root, file), "1");
    const output = join(root, "executable");
    await Deno.writeTextFile(output, "made");
    const job = { root, output, permissions: ["--allow-net"], entry: "src/deep/a.ts" };
    await writeStamp(output, { sources: await hashSources(job), requested: "Deno 1.2.4", runtime: "1.2.3" });
    await test(job);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function kindOf(job: CompileJob): Promise<string> {
  return (await stateOf(job)).kind;
}

Deno.test("an executable is current after it was made, and its runtime is known", () =>
  withProject(async (job) => {
    const state = await stateOf(job);
    assertEquals(state.kind, "current");
    if (state.kind !== "current") return;
    const { requested, runtime } = state.stamp;
    assertEquals({ requested, runtime }, { requested: "Deno 1.2.4", runtime: "1.2.3" });
  }));

for (const file of ["deno.json", "deno.lock", "src/deep/a.ts", "src/deep/b.ts"]) {
  Deno.test(`an executable is outdated after ${file} was changed or added`, () =>
    withProject(async (job) => {
      await Deno.writeTextFile(join(job.root, file), "2");
      assertEquals(await kindOf(job), "outdated");
    }));
}

Deno.test("a changed test leaves the executable current", () =>
  withProject(async (job) => {
    await Deno.writeTextFile(join(job.root, "tests/a.ts"), "2");
    assertEquals(await kindOf(job), "current");
  }));

Deno.test("other permissions and another entry are other sources", () =>
  withProject(async (job) => {
    const before = await hashSources(job);
    assertNotEquals(await hashSources({ ...job, permissions: [] }), before);
    assertNotEquals(await hashSources({ ...job, entry: "src/deep/b.ts" }), before);
  }));

Deno.test("an executable that something else has written is foreign, and one that was removed is missing", () =>
  withProject(async (job) => {
    await Deno.writeTextFile(job.output, "made by another");
    assertEquals(await kindOf(job), "foreign");
    await Deno.remove(job.output);
    assertEquals(await kindOf(job), "missing");
  }));

Deno.test("an executable without a legible stamp is foreign", () =>
  withProject(async (job) => {
    await Deno.writeTextFile(join(job.root, ".executable.json"), "{");
    assertEquals(await kindOf(job), "foreign");
  }));
