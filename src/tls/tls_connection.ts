// A connection with TLS over one that has none, from the server's side, in the shape of the runtime's own connections.
// Those of `Deno.listenTls` will not do: one that is closed within its handshake keeps its descriptor for as long as the
// other end likes, and they have no TCP_NODELAY, so that small messages wait for each other, up to 40 ms.

import { type SecureContext, TLSSocket } from "node:tls";
import { HANDSHAKE_FAILURE_ALERT, UNEXPECTED_MESSAGE_ALERT } from "../protocol/tls_record.ts";
import { type Carrier, TcpStream } from "./tcp_stream.ts";

/** A TCP connection; `Deno.listen` gives one. */
export interface TcpConnection extends Carrier {
  readonly remoteAddr: Deno.Addr;
  close(): void;
  setNoDelay(isOn?: boolean): void;
  setKeepAlive(isOn?: boolean): void;
}

/** So much that nobody has read yet, a record and what was on its way beside it, and no more is taken from the network. */
const MAX_UNREAD_BYTES = 16 * 1024;

export class TlsConnection {
  readonly #carrier: TcpConnection;
  readonly #stream: TcpStream;
  readonly #socket: TLSSocket;
  #isSecure = false;
  #error: Error | undefined;
  /** Called at the next thing that happens. One waits at most: for the handshake, and then for what can be read. */
  #wake: (() => void) | undefined;

  /** @param carrier belongs to this connection from now on. */
  constructor(carrier: TcpConnection, secureContext: SecureContext) {
    this.#carrier = carrier;
    this.#stream = new TcpStream(carrier, () => this.#socket.readableLength < MAX_UNREAD_BYTES);
    this.#socket = new TLSSocket(this.#stream, { isServer: true, secureContext });
    const wake = () => this.#wakeUp();
    // Either may report what the other one does not; an error that nobody listens to would end the process.
    for (const stream of [this.#socket, this.#stream]) {
      stream.on("error", (error: Error) => {
        this.#error ??= error;
        wake();
      });
      for (const event of ["end", "close"]) stream.on(event, wake);
    }
    this.#socket.on("readable", wake);
    this.#socket.on("secure", () => {
      this.#isSecure = true;
      wake();
    });
  }

  get remoteAddr(): Deno.Addr {
    return this.#carrier.remoteAddr;
  }

  /** Resolves when the connection can be used; rejects when it never will, after its other end was told so. */
  async handshake(): Promise<void> {
    try {
      while (!this.#isSecure) {
        if (this.#stream.readableEnded) throw new Deno.errors.UnexpectedEof("it left within the handshake");
        await this.#next();
      }
    } catch (error) {
      await this.#alert(error);
      throw error;
    }
  }

  /** Resolves with the number of bytes read, or `null` at the end of the stream; rejects when the connection broke. */
  async read(buffer: Uint8Array): Promise<number | null> {
    for (;;) {
      const count = Math.min(this.#socket.readableLength, buffer.length);
      // With nothing there, reading is what makes the stream ask for more.
      const chunk: Uint8Array | null = this.#socket.read(count > 0 ? count : undefined);
      if (chunk !== null) {
        this.#stream.goOn();
        buffer.set(chunk);
        return chunk.length;
      }
      if (this.#socket.readableEnded) return null;
      await this.#next();
    }
  }

  /** Resolves with the number of `bytes`, all of them, when the system has taken them. */
  write(bytes: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (error) => error ? reject(error) : resolve(bytes.length));
    });
  }

  /** Resolves when the other end is told that no more comes; it can still be read. */
  closeWrite(): Promise<void> {
    return new Promise((resolve) => this.#socket.end(() => resolve()));
  }

  /** Ends it at once, whatever is under way. */
  close(): void {
    this.#socket.destroy();
    this.#stream.destroy();
    this.#carrier.close();
  }

  setNoDelay(isOn: boolean): void {
    this.#carrier.setNoDelay(isOn);
  }

  setKeepAlive(isOn: boolean): void {
    this.#carrier.setKeepAlive(isOn);
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  /** Resolves when something has happened; rejects when nothing will. */
  #next(): Promise<void> {
    if (this.#error !== undefined) return Promise.reject(this.#error);
    if (this.#socket.destroyed) return Promise.reject(new Deno.errors.BadResource("it is closed"));
    return new Promise((resolve) => this.#wake = resolve);
  }

  /** The runtime itself says nothing of a handshake that failed. */
  async #alert(error: unknown): Promise<void> {
    const wasTls = (error as { code?: string }).code !== "ERR_SSL_WRONG_VERSION_NUMBER";
    try {
      await this.#carrier.write(wasTls ? HANDSHAKE_FAILURE_ALERT : UNEXPECTED_MESSAGE_ALERT);
    } catch {
      // It is gone, or closed: nobody is there to be told.
    }
  }
}
