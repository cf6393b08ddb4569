// An uncaught error is reported and the program keeps running, until the handler is disposed.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";

Deno.test("what is thrown into the event loop is reported, and the program goes on", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", join(import.meta.dirname!, "faulty_program.ts")],
  }).output();
  const decoder = new TextDecoder();
  const [first, second, ...rest] = decoder.decode(stdout).trim().split("\n");
  const messages = [first, second].map((line) => JSON.parse(line!)).toSorted((a, b) =>
    a.message < b.message ? -1 : 1
  );
  const fault = { event: "fault", where: "the event loop" };
  assertEquals(messages, [
    { ...fault, message: "Error: rejected and never handled" },
    { ...fault, message: "Error: thrown in a \\x1b callback" },
  ]);
  assertEquals(rest, ["goes on"]);
  assertEquals(code, 1);
  assertStringIncludes(decoder.decode(stderr), "thrown after disposal");
});
