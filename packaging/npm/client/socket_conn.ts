// A socket of Node in the form that the client expects: reads and writes that are awaited, so both directions have back
// pressure.

import type { Socket } from "node:net";
import type { LinkConn } from "../../../src/client/connection/mod.ts";

export class SocketConn implements LinkConn {
  readonly #socket: Socket;
  readonly #chunks: AsyncIterator<Uint8Array>;
  /** What the last reads have left of a chunk. */
  #rest: Uint8Array = new Uint8Array(0);

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#chunks = socket[Symbol.asyncIterator]();
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    if (this.#rest.length === 0) {
      const { value, done } = await this.#chunks.next();
      if (done === true) return null;
      this.#rest = value;
    }
    const count = Math.min(buffer.length, this.#rest.length);
    buffer.set(this.#rest.subarray(0, count));
    this.#rest = this.#rest.subarray(count);
    return count;
  }

  write(bytes: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (error) => error ? reject(error) : resolve(bytes.length));
    });
  }

  /** Ends this side, with close_notify over TLS; the other one can still be read. */
  closeWrite(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.end((error?: Error | null) => error ? reject(error) : resolve());
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}
