// An executable is tested only if it is the one of these sources.

import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { hashSources, writeStamp } from "../../../tools/compile_stamp.ts";
import { isOutputMissing } from "../../support/programs/executables.ts";

Deno.test("a missing executable has its tests ignored; one that is foreign or outdated fails them", async () => {
  const root = await Deno.makeTempDir();
  try {
    for (const folder of ["src", "std", "tools"]) await Deno.mkdir(join(root, folder));
    for (const file of ["deno.json", "deno.lock", "src/a.ts"]) {
      await Deno.writeTextFile(join(root, file), "1");
    }
    const job = { root, output: join(root, "program"), permissions: [], entry: "src/a.ts" };
    assertEquals(await isOutputMissing(job), true);

    await Deno.writeTextFile(job.output, "made");
    await assertRejects(() => isOutputMissing(job), Error, "program was not made by `deno task compile`");
    await writeStamp(job.output, { sources: await hashSources(job), requested: "Deno 1", runtime: "1" });
    assertEquals(await isOutputMissing(job), false);

    await Deno.writeTextFile(join(root, "src/a.ts"), "2");
    await assertRejects(() => isOutputMissing(job), Error, "program is older than its sources");
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
