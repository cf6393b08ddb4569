// A connection with TLS over one that has none, from the server's side, in the shape of the runtime's own connections.
// Those of `Deno.listenTls` will not do: one that is closed within its handshake keeps its descriptor for as long as the
// other end likes, and they have no TCP_NODELAY, so that small messages wait for each other, up to 40 ms.

import { setImmediate } from "node:timers";
import { type SecureContext, TLSSocket } from "node:tls";
import { HANDSHAKE_FAILURE_ALERT, mayBeClientHello, UNEXPECTED_MESSAGE_ALERT } from "../protocol/wire/mod.ts";
import { type Carrier, type Demand, TcpStream } from "./tcp_stream.ts";

/** A TCP connection; `Deno.listen` gives one. */
export interface TcpConnection extends Carrier {
  readonly remoteAddr: Deno.Addr;
  close(): void;
  setNoDelay(isOn?: boolean): void;
  setKeepAlive(isOn?: boolean): void;
}

/** So much that nobody has read yet, a record and what was on its way beside it, and no more is taken from the network. */
const MAX_UNREAD_BYTES = 16 * 1024;
/** A hello is some 250 to 1,800 bytes long; whatever is not in the first read is read as the rest is. */
const FIRST_BYTES = 512;

export class TlsConnection {
  readonly #carrier: TcpConnection;
  readonly #secureContext: SecureContext;
  /** Set by the handshake. */
  #stream: TcpStream | undefined;
  #socket: TLSSocket | undefined;
  /** Of what was sent to this end, so much has been read. */
  #readBytes = 0;
  #isSecure = false;
  #isClosed = false;
  #error: Error | undefined;
  /** Called at the next thing that happens. One waits at most: for the handshake, and then for what can be read. */
  #wake: (() => void) | undefined;

  /** @param carrier belongs to this connection from now on. */
  constructor(carrier: TcpConnection, secureContext: SecureContext) {
    this.#carrier = carrier;
    this.#secureContext = secureContext;
  }

  get remoteAddr(): Deno.Addr {
    return this.#carrier.remoteAddr;
  }

  /**
   * Resolves when the connection can be read and written; rejects when it never will, after its other end was told so.
   * To be called first, and once.
   */
  async handshake(): Promise<void> {
    try {
      // What TLS needs is only made for those who begin it: thousands who do not are to cost next to nothing.
      const stream = this.#begin(await this.#firstBytes());
      while (!this.#isSecure) {
        if (stream.readableEnded) throw leftEarly();
        await this.#next();
      }
    } catch (error) {
      if (this.#isClosed) throw closed();
      // Whoever has left is told nothing.
      if (!(error instanceof Deno.errors.UnexpectedEof)) await this.#alert(error);
      throw error;
    }
  }

  /** Resolves with the number of bytes read, or `null` at the end of the stream; rejects when the connection broke. */
  async read(buffer: Uint8Array): Promise<number | null> {
    const socket = this.#socket!;
    for (;;) {
      const count = Math.min(socket.readableLength, buffer.length);
      // With nothing there, reading is what makes the stream ask for more.
      const chunk: Uint8Array | null = socket.read(count > 0 ? count : undefined);
      if (chunk !== null) {
        this.#readBytes += chunk.length;
        this.#stream!.goOn();
        buffer.set(chunk);
        return chunk.length;
      }
      if (socket.readableEnded) return null;
      await this.#next();
    }
  }

  /** Resolves with the number of `bytes`, all of them, when the system has taken them. */
  write(bytes: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#socket!.write(bytes, (error) => error ? reject(error) : resolve(bytes.length));
    });
  }

  /** Resolves when the other end is told that no more comes; it can still be read. */
  closeWrite(): Promise<void> {
    return new Promise((resolve) => this.#socket!.end(() => resolve()));
  }

  /** Ends it at once, whatever is under way. */
  close(): void {
    this.#isClosed = true;
    this.#carrier.close();
    // Not within the turn in which they were made: node:tls would keep some 30 KB of each for good.
    setImmediate(() => {
      this.#socket?.destroy();
      this.#stream?.destroy();
    });
  }

  setNoDelay(isOn: boolean): void {
    this.#carrier.setNoDelay(isOn);
  }

  setKeepAlive(isOn: boolean): void {
    this.#carrier.setKeepAlive(isOn);
  }

  async #firstBytes(): Promise<Uint8Array> {
    const buffer = new Uint8Array(FIRST_BYTES);
    const count = await this.#carrier.read(buffer);
    if (count === null) throw leftEarly();
    const bytes = buffer.subarray(0, count);
    if (!mayBeClientHello(bytes)) throw new NotTlsError();
    return bytes;
  }

  #begin(first: Uint8Array): TcpStream {
    if (this.#isClosed) throw closed();
    const demand: Demand = {
      isThere: () =>
        socket.readableLength < MAX_UNREAD_BYTES && !socket.readableEnded && this.#error === undefined,
      met: () => this.#readBytes + socket.readableLength,
    };
    const stream = this.#stream = new TcpStream(this.#carrier, demand, first);
    const socket = this.#socket = new TLSSocket(stream, {
      isServer: true,
      secureContext: this.#secureContext,
    });
    const wake = () => this.#wakeUp();
    // Either may report what the other one does not; an error that nobody listens to would end the process.
    const fail = (error: Error) => {
      this.#error ??= error;
      wake();
    };
    for (const either of [socket, stream]) {
      either.on("error", fail);
      for (const event of ["end", "close"]) either.on(event, wake);
    }
    // What goes wrong after the handshake is told by this alone, unless a server of node's own has made the socket.
    socket.on("_tlsError", fail);
    socket.on("readable", wake);
    socket.on("secure", () => {
      this.#isSecure = true;
      wake();
    });
    return stream;
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  /** Resolves when something has happened; rejects when nothing will. */
  #next(): Promise<void> {
    if (this.#error !== undefined) return Promise.reject(this.#error);
    if (this.#isClosed || this.#socket!.destroyed) return Promise.reject(closed());
    return new Promise((resolve) => this.#wake = resolve);
  }

  /** The runtime itself says nothing of a handshake that failed. */
  async #alert(error: unknown): Promise<void> {
    const isTls = !(error instanceof NotTlsError);
    try {
      await this.#carrier.write(isTls ? HANDSHAKE_FAILURE_ALERT : UNEXPECTED_MESSAGE_ALERT);
    } catch {
      // It is gone: nobody is there to be told.
    }
  }
}

/** What came first is no TLS at all. */
export class NotTlsError extends Error {
  override readonly name = "NotTlsError";

  constructor() {
    super("it did not speak TLS");
  }
}

function leftEarly(): Error {
  return new Deno.errors.UnexpectedEof("it left within the handshake");
}

function closed(): Error {
  return new Deno.errors.BadResource("it is closed");
}
