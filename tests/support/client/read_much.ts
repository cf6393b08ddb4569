// Reads 64 MiB of standard input in chunks, and prints how many of them are still in memory at the end of it.

import { inputLines } from "../../../src/client/pipe/input_lines.ts";
import { collectGarbage } from "./with_gc.ts";

const CHUNKS = 1_024;
const CHUNK_BYTES = 64 * 1_024;
const MAX_LINE_BYTES = 1_048_576;

/** @param chunkOf what each chunk holds: many lines, or a part of one that never ends. */
async function readMuch(chunkOf: () => Uint8Array): Promise<{ lines: number; kept: number }> {
  const chunks: WeakRef<Uint8Array>[] = [];
  async function* input(): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < CHUNKS; i++) {
      const chunk = chunkOf();
      chunks.push(new WeakRef(chunk));
      // As a pipe does: each chunk comes in a turn of its own.
      await new Promise((resolve) => setImmediate(resolve));
      yield chunk;
    }
    await collectGarbage();
    kept = chunks.filter((chunk) => chunk.deref() !== undefined).length;
  }
  let kept = 0;
  let lines = 0;
  for await (const _line of inputLines(input(), MAX_LINE_BYTES, new AbortController().signal)) lines++;
  return { lines, kept };
}

const many = await readMuch(() =>
  new TextEncoder().encode(`${"x".repeat(1_023)}\n`.repeat(CHUNK_BYTES / 1_024))
);
const one = await readMuch(() => new Uint8Array(CHUNK_BYTES).fill(0x78));
console.log(JSON.stringify({
  linesOfMany: many.lines,
  keptOfMany: many.kept,
  linesOfOne: one.lines,
  keptOfOne: one.kept,
}));
