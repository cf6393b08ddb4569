// Runs a script of these tests in a process of its own that can call the garbage collector: what is in memory after
// that is still referenced.

import { assertEquals } from "@std/assert";
import { join } from "node:path";

/** What the script printed, as JSON. */
export async function runWithGc(script: string, ...args: readonly string[]): Promise<Record<string, number>> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-all",
      "--v8-flags=--expose-gc",
      join(import.meta.dirname!, script),
      ...args,
    ],
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Collects all garbage, also what promises release only in a later turn of the event loop. */
export async function collectGarbage(): Promise<void> {
  const { gc } = globalThis as unknown as { gc: () => void };
  for (let round = 0; round < 3; round++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}
