// Bytes to lines, for input that may end without a newline, until it ends or is no longer wanted.

import { type Line, LineFramer } from "../../protocol/wire/mod.ts";
import { unlessAborted } from "../../time/mod.ts";

/** The input cannot be read for a reason outside the program: it is a directory, or its device has gone. */
export class InputError extends Error {
  override readonly name = "InputError";
}

const NEWLINE = new Uint8Array([10]);

/**
 * Reads no further while a line is being dealt with. Ends, in good order, when `signal` is aborted; throws an
 * {@linkcode InputError} when a read fails.
 */
export async function* inputLines(
  input: AsyncIterable<Uint8Array>,
  maxLineBytes: number,
  signal: AbortSignal,
): AsyncGenerator<Line> {
  const framer = new LineFramer(maxLineBytes);
  const iterator = input[Symbol.asyncIterator]();
  let isMidLine = false;
  for (;;) {
    // A read of a terminal or a pipe cannot be cancelled: it is left pending.
    const read = await unlessAborted(iterator.next().catch(cannotRead), signal);
    if (read === undefined) return;
    if (read.done) break;
    if (read.value.length > 0) isMidLine = read.value.at(-1) !== NEWLINE[0];
    yield* framer.push(read.value);
  }
  if (isMidLine) yield* framer.push(NEWLINE);
}

function cannotRead(cause: unknown): never {
  const why = cause instanceof Error ? cause.message : String(cause);
  throw new InputError(`Cannot read the input: ${why}`, { cause });
}
