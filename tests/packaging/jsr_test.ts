// The client library on JSR: what would be published, without publishing it.

import { assertEquals } from "@std/assert";
import { PROJECT } from "../support/programs/start_process.ts";

const ENTRY = "src/client/mod.ts";

async function deno(...args: string[]): Promise<{ success: boolean; stdout: string; stderr: string }> {
  const command = new Deno.Command(Deno.execPath(), { args, cwd: PROJECT, env: { NO_COLOR: "1" } });
  const { success, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { success, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** The modules of this project that the library loads; those in std/ come from JSR. */
async function modulesOf(entry: string): Promise<string[]> {
  const { modules } = JSON.parse((await deno("info", "--json", entry)).stdout);
  const root = new URL(`file://${PROJECT}/`).href;
  return modules.map(({ specifier }: { specifier: string }) => specifier)
    .filter((specifier: string) => specifier.startsWith(`${root}src/`))
    .map((specifier: string) => specifier.slice(root.length)).sort();
}

Deno.test("the client library can be published on JSR, with its own modules and no others", async () => {
  // Type-checked by `deno check`; that no type of the interface is left to be inferred is checked here.
  const { success, stderr } = await deno("publish", "--dry-run", "--allow-dirty", "--no-check");
  assertEquals(success, true, stderr);
  const files = [...stderr.matchAll(/^ +(file:\S+) \(/gm)].map(([, url]) =>
    url!.slice(`file://${PROJECT}/`.length)
  );
  assertEquals(files.sort(), ["LICENSE", "deno.json", ...await modulesOf(ENTRY)].sort());
});
