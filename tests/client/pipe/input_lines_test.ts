import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError, inputLines } from "../../../src/client/pipe/input_lines.ts";
import { runWithGc } from "../../support/client/with_gc.ts";

/** The chunk that is being read, and a few that the runtime has not let go of yet. */
const MAX_KEPT = 8;

Deno.test("of standard input nothing is kept but the line being read, and of one too long not even that", async () => {
  const { linesOfMany, keptOfMany, linesOfOne, keptOfOne } = await runWithGc("read_much.ts");
  assertEquals(linesOfMany, 64 * 1_024);
  assertEquals(linesOfOne, 1);
  assert(keptOfMany! <= MAX_KEPT, `${keptOfMany} chunks of many lines are kept`);
  assert(keptOfOne! <= MAX_KEPT, `${keptOfOne} chunks of one long line are kept`);
});

Deno.test("reading ends when the signal is aborted, with a read under way or without", async () => {
  const never = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
  const stopping = new AbortController();
  const lines = Array.fromAsync(inputLines(never, 100, stopping.signal));
  stopping.abort();
  assertEquals(await lines, []);
  assertEquals(await Array.fromAsync(inputLines(never, 100, stopping.signal)), []);
});

Deno.test("an input that cannot be read is an InputError with the reason", async () => {
  const broken = {
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error("is a directory")) }),
  };
  const reading = Array.fromAsync(inputLines(broken, 100, new AbortController().signal));
  const error = await assertRejects(() => reading, InputError);
  assertEquals(error.message, "Cannot read the input: is a directory");
});
