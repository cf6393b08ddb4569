// The system may accept only part of a write: this writes the rest, too.

/** What bytes can be written to. */
export interface Sink {
  /** Resolves with the number of bytes written, which may be fewer than given. */
  write(bytes: Uint8Array): Promise<number>;
}

/** Resolves when all of `bytes` are written; rejects as the sink does. */
export async function writeAll(sink: Sink, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await sink.write(rest));
}
