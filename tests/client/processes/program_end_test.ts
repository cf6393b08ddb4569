// How a program ended, with real ones.

import { assertEquals } from "@std/assert";
import { endOf } from "../../../src/client/processes/program_end.ts";

// The runtime keeps the resource of a child whose status it rejects.
const LEAKY = { sanitizeResources: false };

Deno.test("the end of a program is its exit code, or 128 and the signal's number", LEAKY, async () => {
  const ends = [
    ["exit 7", { code: 7, signal: undefined }],
    ["kill -9 $$", { code: 137, signal: "SIGKILL" }],
    // The runtime has no name for it.
    ["kill -34 $$", { code: 162, signal: "signal 34" }],
  ] as const;
  for (const [script, end] of ends) {
    assertEquals(await endOf(new Deno.Command("sh", { args: ["-c", script] }).spawn().status), end);
  }
});

Deno.test("a status that cannot be had is an end, too", async () => {
  assertEquals(await endOf(Promise.reject(new Error("no status"))), { code: 128, signal: "unknown signal" });
});
