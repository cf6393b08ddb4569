import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";

async function compile(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const script = new URL("../../tools/compile.ts", import.meta.url).pathname;
  const command = new Deno.Command(Deno.execPath(), { args: ["run", "--allow-all", script, ...args] });
  const { code, stdout, stderr } = await command.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("compile --help explains itself and makes nothing", async () => {
  const { code, stdout } = await compile("--help");
  assertEquals(code, 0);
  assertStringIncludes(stdout, "--only server|client");
});

for (
  const args of [["--only", "both"], ["--only", "constructor"], ["--olny=server"], ["server"], ["--out="]]
) {
  Deno.test(`compile ${args.join(" ")} is refused with the help`, async () => {
    const { code, stderr } = await compile(...args);
    assertEquals(code, 2);
    assertStringIncludes(stderr, "is not understood");
    assertStringIncludes(stderr, "--only server|client");
  });
}

Deno.test("compile --for-tests leaves an executable alone that something else has made", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "rankserver");
  await Deno.writeTextFile(path, "made by another");
  const { code, stderr } = await compile("--for-tests", "--only", "server", "--out", folder);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "it was not made by `deno task compile`");
  assertEquals(await Deno.readTextFile(path), "made by another");
  await Deno.remove(folder, { recursive: true });
});
