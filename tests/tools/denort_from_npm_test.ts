import { assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { CompileError } from "../../tools/compile_job.ts";
import { verifyIntegrity } from "../../tools/denort_from_npm.ts";

Deno.test("a tarball is accepted with the integrity that npm states, and with no other", async () => {
  const tarball = new TextEncoder().encode("a tarball");
  const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
  await verifyIntegrity(tarball, integrity);
  await assertRejects(
    () => verifyIntegrity(tarball.subarray(1), integrity),
    CompileError,
    "expected integrity",
  );
});
