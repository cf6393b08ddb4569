// Adapts a Deno TCP connection to a Node stream, which node:tls requires. The connection comes from Deno's listener because
// Node's, in this runtime, stops accepting after a shortage of file descriptors. node:tls itself reads without limit here, so
// this stream provides the flow control that keeps a client from filling the memory.

import { Buffer } from "node:buffer";
import { Duplex } from "node:stream";
import { setImmediate } from "node:timers";
import { writeAll } from "../protocol/wire/mod.ts";
import {
  type IoShare,
  MAX_UNPRODUCTIVE_BYTES,
  MS_PER_BYTE,
  RECORD_BYTES,
  type Transport,
  unproductive,
} from "./tcp_connection.ts";

/** Flow control by the reader of the stream. */
export interface FlowControl {
  /** Whether it wants more data; {@linkcode TcpStream.resumeReading} is called when that may have become true. */
  readonly wantsMore: () => boolean;
  /** How many bytes of decrypted data the input has produced so far; never decreases. */
  readonly producedBytes: () => number;
}

type Done = (error?: Error | null) => void;

// Each idle client holds a buffer; one that sends more gets a buffer for a whole record.
const IDLE_BUFFER_BYTES = 512;

export class TcpStream extends Duplex {
  readonly #transport: Transport;
  readonly #flowControl: FlowControl;
  readonly #yieldToIo: IoShare;
  #first: Uint8Array | undefined;
  #bufferBytes = IDLE_BUFFER_BYTES;
  /** A read was requested while the reader wanted no more data. */
  #isHeld = false;
  #unproductive = 0;
  #producedBefore = 0;

  /** @param transport closed by its owner, not by the stream. @param first bytes that have been read already. */
  constructor(transport: Transport, flowControl: FlowControl, yieldToIo: IoShare, first?: Uint8Array) {
    super({ allowHalfOpen: true });
    this.#transport = transport;
    this.#flowControl = flowControl;
    this.#yieldToIo = yieldToIo;
    this.#first = first;
  }

  /** To be called when the reader has taken some data. */
  resumeReading(): void {
    if (!this.#isHeld || !this.#flowControl.wantsMore()) return;
    this.#isHeld = false;
    this.#readOnce();
  }

  override _read(): void {
    const first = this.#first;
    this.#first = undefined;
    // Not synchronously: node:tls reads before it is ready, and an error in these bytes would end the process.
    if (first !== undefined) setImmediate(() => this.push(first));
    else if (this.#flowControl.wantsMore()) this.#readOnce();
    else this.#isHeld = true;
  }

  async #readOnce(): Promise<void> {
    try {
      if (this.#bufferBytes > IDLE_BUFFER_BYTES && this.#yieldToIo.mustWait) await this.#yieldToIo.take();
      // The reader keeps the bytes, so each read needs a new buffer.
      const buffer = Buffer.alloc(this.#bufferBytes);
      const count = await this.#transport.read(buffer);
      if (count === null) this.push(null);
      else this.#take(buffer, count);
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  #take(buffer: Uint8Array, count: number): void {
    const produced = this.#flowControl.producedBytes();
    this.#unproductive = produced > this.#producedBefore ? count : this.#unproductive + count;
    this.#producedBefore = produced;
    if (this.#unproductive > MAX_UNPRODUCTIVE_BYTES) throw unproductive(this.#unproductive);
    this.#yieldToIo.spend(count * MS_PER_BYTE);
    this.#bufferBytes = count === buffer.length ? RECORD_BYTES : IDLE_BUFFER_BYTES;
    this.push(buffer.subarray(0, count));
  }

  override _write(chunk: Uint8Array, _encoding: string, done: Done): void {
    writeAll(this.#transport, chunk).then(() => done(), done);
  }

  override _final(done: Done): void {
    this.#transport.closeWrite().then(() => done(), done);
  }
}
