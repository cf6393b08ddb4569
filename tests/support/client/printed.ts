// Standard output as a test sees it: line by line, as it is written.

import type { Sink } from "../../../src/protocol/wire/write_all.ts";

export class Printed implements Sink {
  readonly #decoder = new TextDecoder();
  #text = "";
  #wake: (() => void) | undefined;
  /** When set, nobody reads any more. */
  isBroken = false;

  write(bytes: Uint8Array): Promise<number> {
    if (this.isBroken) return Promise.reject(new Deno.errors.BrokenPipe("Broken pipe"));
    this.#text += this.#decoder.decode(bytes, { stream: true });
    this.#wake?.();
    return Promise.resolve(bytes.length);
  }

  /** The next whole line; waits for it. */
  async next(): Promise<string> {
    for (;;) {
      const end = this.#text.indexOf("\n");
      if (end >= 0) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        return line;
      }
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  /** The next line as JSON, of those with that key. */
  async nextWith(key: string): Promise<Record<string, unknown>> {
    for (;;) {
      const line = JSON.parse(await this.next());
      if (key in line) return line;
    }
  }

  /** What was written and not taken yet. */
  get rest(): string {
    return this.#text;
  }
}
