import { assertEquals, assertNotEquals } from "@std/assert";
import { join } from "node:path";
import type { CompileJob } from "../../tools/compile_job.ts";
import { freshStamp, sumOfInputs, writeStamp } from "../../tools/compile_stamp.ts";

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
    await test({ root, output, permissions: ["--allow-net"], entry: "src/deep/a.ts" });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("an executable is up to date after it was made", () =>
  withProject(async (job) => {
    const inputs = await sumOfInputs(job);
    assertEquals(await freshStamp(job.output, inputs), undefined);
    await writeStamp(job.output, inputs, "1.2.3");
    assertEquals((await freshStamp(job.output, await sumOfInputs(job)))?.runtime, "1.2.3");
  }));

for (const file of ["deno.json", "deno.lock", "src/deep/a.ts", "src/deep/b.ts"]) {
  Deno.test(`an executable is out of date after ${file} was changed or added`, () =>
    withProject(async (job) => {
      await writeStamp(job.output, await sumOfInputs(job), "1.2.3");
      await Deno.writeTextFile(join(job.root, file), "2");
      assertEquals(await freshStamp(job.output, await sumOfInputs(job)), undefined);
    }));
}

Deno.test("a changed test leaves the executable up to date", () =>
  withProject(async (job) => {
    const before = await sumOfInputs(job);
    await Deno.writeTextFile(join(job.root, "tests/a.ts"), "2");
    assertEquals(await sumOfInputs(job), before);
  }));

Deno.test("other permissions and another entry are other inputs", () =>
  withProject(async (job) => {
    const before = await sumOfInputs(job);
    assertNotEquals(await sumOfInputs({ ...job, permissions: [] }), before);
    assertNotEquals(await sumOfInputs({ ...job, entry: "src/deep/b.ts" }), before);
  }));

Deno.test("an executable that something else has written since, or that is gone, is out of date", () =>
  withProject(async (job) => {
    const inputs = await sumOfInputs(job);
    await writeStamp(job.output, inputs, "1.2.3");
    await Deno.writeTextFile(job.output, "made by another");
    assertEquals(await freshStamp(job.output, inputs), undefined);
    await Deno.remove(job.output);
    assertEquals(await freshStamp(job.output, inputs), undefined);
  }));
