// Reads from a connection what a request consists of: text up to an empty line, and bytes. Bounded in memory.

import { isClientHello, joinBytes } from "../../protocol/wire/mod.ts";
import type { Incoming } from "../../server/connection/mod.ts";

const READ_BYTES = 4 * 1_024;
const EMPTY: Uint8Array<ArrayBuffer> = new Uint8Array(0);

export class ByteReader {
  readonly #connection: Pick<Incoming, "read">;
  readonly #beforeMore: () => Promise<void>;
  /** Received and not taken yet. */
  #bytes = EMPTY;

  /** @param beforeMore is awaited before each read but the first of a request */
  constructor(connection: Pick<Incoming, "read">, beforeMore: () => Promise<void>) {
    this.#connection = connection;
    this.#beforeMore = beforeMore;
  }

  /** Whether a next request has begun to arrive. */
  get hasMore(): boolean {
    return this.#bytes.length > 0;
  }

  /**
   * The text before the next empty line, each byte as one character.
   *
   * @returns "TLS" for the beginning of a TLS connection, "too long" beyond `maxBytes`; `undefined` when the connection
   * ended before.
   */
  async takeHead(maxBytes: number): Promise<{ readonly text: string } | "TLS" | "too long" | undefined> {
    let searched = 0;
    for (let reads = 0;; reads++) {
      this.#skipLineBreaks();
      if (isClientHello(this.#bytes)) return "TLS";
      const end = findEmptyLine(this.#bytes, Math.max(0, searched - 3));
      if (end >= 0 && end <= maxBytes) {
        const text = latin1(this.#bytes.subarray(0, end));
        this.#bytes = this.#bytes.slice(end + 4);
        return { text };
      }
      if (this.#bytes.length > maxBytes) return "too long";
      searched = this.#bytes.length;
      if (reads > 0) await this.#beforeMore();
      if (!await this.#receive()) return undefined;
    }
  }

  /** The next `count` bytes; `undefined` when the connection ended before. */
  async take(count: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    while (this.#bytes.length < count) {
      await this.#beforeMore();
      if (!await this.#receive()) return undefined;
    }
    const taken = this.#bytes.slice(0, count);
    this.#bytes = this.#bytes.slice(count);
    return taken;
  }

  /** Everything received and not taken yet. */
  takeRest(): Uint8Array<ArrayBuffer> {
    const rest = this.#bytes;
    this.#bytes = EMPTY;
    return rest;
  }

  /** RFC 9112, section 2.2: those before a request line are ignored. */
  #skipLineBreaks(): void {
    let start = 0;
    while (this.#bytes[start] === 13 && this.#bytes[start + 1] === 10) start += 2;
    if (start > 0) this.#bytes = this.#bytes.slice(start);
  }

  async #receive(): Promise<boolean> {
    const buffer = new Uint8Array(READ_BYTES);
    const count = await this.#connection.read(buffer);
    if (count === null) return false;
    this.#bytes = joinBytes([this.#bytes, buffer.subarray(0, count)]);
    return true;
  }
}

/** The index of CR LF CR LF, or -1. */
function findEmptyLine(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(13, from); at >= 0; at = bytes.indexOf(13, at + 1)) {
    if (bytes[at + 1] === 10 && bytes[at + 2] === 13 && bytes[at + 3] === 10) return at;
  }
  return -1;
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
