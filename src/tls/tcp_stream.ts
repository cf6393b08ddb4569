// A TCP connection of the runtime as a stream of node's, the form in which node:tls takes what is below it. It comes from
// the runtime's own listener since node's, in this runtime, accepts nothing more once it has met a lack of descriptors.

import { Buffer } from "node:buffer";
import { Duplex } from "node:stream";
import { setImmediate } from "node:timers";

/** What the bytes travel on; whoever made the stream closes it. */
export interface Carrier {
  /** Resolves with the number of bytes read, or `null` at the end of the stream. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Resolves with the number of bytes written, which may be fewer than given. */
  write(bytes: Uint8Array): Promise<number>;
  closeWrite(): Promise<void>;
}

type Done = (error?: Error | null) => void;

// Each idle client holds a buffer; whoever sends more gets one that takes a whole record.
const IDLE_BUFFER_BYTES = 512;
const BUSY_BUFFER_BYTES = 16 * 1024;

export class TcpStream extends Duplex {
  readonly #carrier: Carrier;
  readonly #mayRead: () => boolean;
  #first: Uint8Array | undefined;
  #bufferBytes = IDLE_BUFFER_BYTES;
  /** More was asked for while it could not be taken. */
  #isHeld = false;

  /**
   * @param mayRead whether what is above can take more. Of itself, node:tls in this runtime goes on reading whatever
   * comes, and who sends without end would fill the memory.
   * @param first what has been read already.
   */
  constructor(carrier: Carrier, mayRead: () => boolean, first?: Uint8Array) {
    super({ allowHalfOpen: true });
    this.#first = first;
    this.#carrier = carrier;
    this.#mayRead = mayRead;
  }

  /** To be called when what is above has taken something. */
  goOn(): void {
    if (!this.#isHeld || !this.#mayRead()) return;
    this.#isHeld = false;
    this.#readOnce();
  }

  override _read(): void {
    const first = this.#first;
    this.#first = undefined;
    // Not at once: node:tls asks before it is ready, and what is wrong with the bytes would end the process.
    if (first !== undefined) setImmediate(() => this.push(first));
    else if (this.#mayRead()) this.#readOnce();
    else this.#isHeld = true;
  }

  async #readOnce(): Promise<void> {
    // Whoever is given the bytes keeps them: each read has a buffer of its own.
    const buffer = Buffer.alloc(this.#bufferBytes);
    try {
      const count = await this.#carrier.read(buffer);
      this.#bufferBytes = count === buffer.length ? BUSY_BUFFER_BYTES : IDLE_BUFFER_BYTES;
      this.push(count === null ? null : buffer.subarray(0, count));
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  override async _write(chunk: Uint8Array, _encoding: string, done: Done): Promise<void> {
    try {
      let rest = chunk;
      while (rest.length > 0) rest = rest.subarray(await this.#carrier.write(rest));
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  override _final(done: Done): void {
    this.#carrier.closeWrite().then(() => done(), done);
  }
}
