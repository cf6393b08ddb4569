// A TCP connection of the runtime as a stream of node's, the form in which node:tls takes what is below it. It comes from
// the runtime's own listener since node's, in this runtime, accepts nothing more once it has met a lack of descriptors.
// Of itself, node:tls here goes on reading whatever comes: it is this stream that lets nobody fill the memory.

import { delay } from "@std/async/delay";
import { Buffer } from "node:buffer";
import { Duplex } from "node:stream";
import { setImmediate } from "node:timers";
import { type Sink, writeAll } from "../protocol/wire/mod.ts";

/** What the bytes travel on; whoever made the stream closes it. */
export interface Carrier extends Sink {
  /** Resolves with the number of bytes read, or `null` at the end of the stream. */
  read(buffer: Uint8Array): Promise<number | null>;
  closeWrite(): Promise<void>;
}

/** What is above the stream, and takes from it. */
export interface Demand {
  /** Whether more is wanted; told by {@linkcode TcpStream.goOn} when it may be so again. */
  readonly isThere: () => boolean;
  /** How many bytes have come of what was taken so far. They only have to rise. */
  readonly met: () => number;
}

type Done = (error?: Error | null) => void;

// Each idle client holds a buffer; whoever sends more gets one that takes a whole record.
const IDLE_BUFFER_BYTES = 512;
const BUSY_BUFFER_BYTES = 16 * 1024;
/** After so many bytes the others are heard: while more is there at once, nothing else would be. */
const BREATH_BYTES = 64 * 1024;
/** The most that may come without anything coming of it: handshakes, empty records, new keys, and what is no TLS. */
const MAX_FRUITLESS_BYTES = 64 * 1024;

export class TcpStream extends Duplex {
  readonly #carrier: Carrier;
  readonly #demand: Demand;
  #first: Uint8Array | undefined;
  #bufferBytes = IDLE_BUFFER_BYTES;
  /** More was asked for while it could not be taken. */
  #isHeld = false;
  #sinceBreath = 0;
  #fruitless = 0;
  #metBefore = 0;

  /** @param first what has been read already. */
  constructor(carrier: Carrier, demand: Demand, first?: Uint8Array) {
    super({ allowHalfOpen: true });
    this.#carrier = carrier;
    this.#demand = demand;
    this.#first = first;
  }

  /** To be called when what is above has taken something. */
  goOn(): void {
    if (!this.#isHeld || !this.#demand.isThere()) return;
    this.#isHeld = false;
    this.#readOnce();
  }

  override _read(): void {
    const first = this.#first;
    this.#first = undefined;
    // Not at once: node:tls asks before it is ready, and what is wrong with the bytes would end the process.
    if (first !== undefined) setImmediate(() => this.push(first));
    else if (this.#demand.isThere()) this.#readOnce();
    else this.#isHeld = true;
  }

  async #readOnce(): Promise<void> {
    try {
      if (this.#sinceBreath >= BREATH_BYTES) {
        this.#sinceBreath = 0;
        await delay(0);
      }
      // Whoever is given the bytes keeps them: each read has a buffer of its own.
      const buffer = Buffer.alloc(this.#bufferBytes);
      const count = await this.#carrier.read(buffer);
      if (count === null) this.push(null);
      else this.#take(buffer, count);
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  #take(buffer: Uint8Array, count: number): void {
    const met = this.#demand.met();
    this.#fruitless = met > this.#metBefore ? count : this.#fruitless + count;
    this.#metBefore = met;
    if (this.#fruitless > MAX_FRUITLESS_BYTES) {
      throw new Error(`Cannot go on: ${this.#fruitless} bytes came, and nothing to read with them`);
    }
    this.#sinceBreath += count;
    this.#bufferBytes = count === buffer.length ? BUSY_BUFFER_BYTES : IDLE_BUFFER_BYTES;
    this.push(buffer.subarray(0, count));
  }

  override _write(chunk: Uint8Array, _encoding: string, done: Done): void {
    writeAll(this.#carrier, chunk).then(() => done(), done);
  }

  override _final(done: Done): void {
    this.#carrier.closeWrite().then(() => done(), done);
  }
}
