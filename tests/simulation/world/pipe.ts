// A pipe from one process to another. Bytes arrive in order and wait while the reader is suspended; a full pipe blocks its
// writer.

import type { SimProcess } from "./process.ts";

const PIPE_BYTES = 64 * 1024;

export class SimPipe {
  readonly #writer: SimProcess;
  readonly #reader: SimProcess;
  readonly #onBytes: (bytes: Uint8Array) => void;
  readonly #onEnd: () => void;
  readonly #releaseWriter: () => void;
  #unreadBytes = 0;
  #isEnded = false;
  /** Writes for which the pipe has no room. */
  readonly #waiting: {
    readonly bytes: Uint8Array;
    readonly resolve: (count: number) => void;
    readonly reject: (error: Error) => void;
  }[] = [];

  /** `onBytes` and `onEnd` run in the reader. The pipe ends when the writer ends it, or has ended itself. */
  constructor(
    writer: SimProcess,
    reader: SimProcess,
    onBytes: (bytes: Uint8Array) => void,
    onEnd: () => void,
  ) {
    this.#writer = writer;
    this.#reader = reader;
    this.#onBytes = onBytes;
    this.#onEnd = onEnd;
    this.#releaseWriter = writer.hold(() => this.end());
    reader.whenDead.push(() => this.#fail());
  }

  write(bytes: Uint8Array): Promise<number> {
    if (this.#isEnded || this.#writer.state === "dead" || this.#reader.state === "dead") {
      return Promise.reject(brokenPipe());
    }
    if (this.#waiting.length > 0 || this.#unreadBytes + bytes.length > PIPE_BYTES) {
      return new Promise((resolve, reject) => this.#waiting.push({ bytes, resolve, reject }));
    }
    this.#pass(bytes);
    return Promise.resolve(bytes.length);
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#releaseWriter();
    this.#reader.defer(() => this.#onEnd());
  }

  #pass(bytes: Uint8Array): void {
    this.#unreadBytes += bytes.length;
    this.#reader.defer(() => {
      this.#unreadBytes -= bytes.length;
      this.#onBytes(bytes);
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#pass(next.bytes);
      next.resolve(next.bytes.length);
    });
  }

  #fail(): void {
    this.#isEnded = true;
    this.#releaseWriter();
    for (const { reject } of this.#waiting.splice(0)) reject(brokenPipe());
  }
}

function brokenPipe(): Error {
  return new Deno.errors.BrokenPipe("Broken pipe");
}
