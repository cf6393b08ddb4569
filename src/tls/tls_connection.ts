// The server's side of a TLS connection, with the interface of Deno's connections. `Deno.listenTls` is not used because a
// connection that is closed during its handshake keeps its file descriptor as long as the client likes, and because it does
// not support TCP_NODELAY, without which small messages are delayed by up to 40 ms.

import { setImmediate } from "node:timers";
import { type SecureContext, TLSSocket } from "node:tls";
import { HANDSHAKE_FAILURE_ALERT, mayBeClientHello, UNEXPECTED_MESSAGE_ALERT } from "../protocol/wire/mod.ts";
import { type FlowControl, type IoShare, TcpStream, type Transport } from "./tcp_stream.ts";

/** A TCP connection, such as `Deno.listen` accepts. */
export interface TcpConnection extends Transport {
  readonly remoteAddr: Deno.Addr;
  close(): void;
  setNoDelay(isOn?: boolean): void;
  setKeepAlive(isOn?: boolean): void;
}

/** With this much unread data, a record and what arrived with it, no more is read from the network. */
const MAX_UNREAD_BYTES = 16 * 1024;
/** A ClientHello has some 250 to 1,800 bytes; what is not in the first read is read later. */
const FIRST_BYTES = 512;

export class TlsConnection {
  readonly #transport: TcpConnection;
  readonly #secureContext: SecureContext;
  readonly #yieldToIo: IoShare;
  /** Set by the handshake. */
  #stream: TcpStream | undefined;
  #socket: TLSSocket | undefined;
  /** Decrypted bytes that have been read. */
  #readBytes = 0;
  #isSecure = false;
  #isClosed = false;
  #error: Error | undefined;
  /** Called at the next event. At most one caller waits: for the handshake, and later for data. */
  #wake: (() => void) | undefined;

  /** Owns `transport` from now on. */
  constructor(transport: TcpConnection, secureContext: SecureContext, yieldToIo: IoShare) {
    this.#transport = transport;
    this.#secureContext = secureContext;
    this.#yieldToIo = yieldToIo;
  }

  get remoteAddr(): Deno.Addr {
    return this.#transport.remoteAddr;
  }

  /**
   * Resolves when the connection can be used; rejects, after sending an alert, when it never will. To be called once, before
   * anything else.
   */
  async handshake(): Promise<void> {
    try {
      // TLS state is only allocated when a handshake begins, so that thousands of other connections cost next to nothing.
      const stream = this.#startTls(await this.#firstBytes());
      while (!this.#isSecure) {
        if (stream.readableEnded) throw leftEarly();
        await this.#next();
      }
    } catch (error) {
      if (this.#isClosed) throw closed();
      // A client that has left gets no alert.
      if (!(error instanceof Deno.errors.UnexpectedEof)) await this.#alert(error);
      throw error;
    }
  }

  /** Resolves with the number of bytes read, or `null` at the end of the stream; rejects when the connection broke. */
  async read(buffer: Uint8Array): Promise<number | null> {
    const socket = this.#socket!;
    for (;;) {
      const count = Math.min(socket.readableLength, buffer.length);
      // When no data is available, this call makes the stream request more.
      const chunk: Uint8Array | null = socket.read(count > 0 ? count : undefined);
      if (chunk !== null) {
        this.#readBytes += chunk.length;
        this.#stream!.resumeReading();
        buffer.set(chunk);
        return chunk.length;
      }
      if (socket.readableEnded) return null;
      await this.#next();
    }
  }

  /** Resolves with the number of `bytes` when the system has taken all of them. */
  write(bytes: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#socket!.write(bytes, (error) => error ? reject(error) : resolve(bytes.length));
    });
  }

  /** Resolves when the end of the data was sent; the connection can still be read. */
  closeWrite(): Promise<void> {
    return new Promise((resolve) => this.#socket!.end(() => resolve()));
  }

  /** Closes the connection immediately, also during other operations. */
  close(): void {
    this.#isClosed = true;
    this.#transport.close();
    // Not in the iteration of the event loop in which they were created: node:tls would leak some 30 KB of each.
    setImmediate(() => {
      this.#socket?.destroy();
      this.#stream?.destroy();
    });
  }

  setNoDelay(isOn: boolean): void {
    this.#transport.setNoDelay(isOn);
  }

  setKeepAlive(isOn: boolean): void {
    this.#transport.setKeepAlive(isOn);
  }

  async #firstBytes(): Promise<Uint8Array> {
    const buffer = new Uint8Array(FIRST_BYTES);
    const count = await this.#transport.read(buffer);
    if (count === null) throw leftEarly();
    const bytes = buffer.subarray(0, count);
    if (!mayBeClientHello(bytes)) throw new NotTlsError();
    return bytes;
  }

  #startTls(first: Uint8Array): TcpStream {
    if (this.#isClosed) throw closed();
    const flowControl: FlowControl = {
      wantsMore: () =>
        socket.readableLength < MAX_UNREAD_BYTES && !socket.readableEnded && this.#error === undefined,
      producedBytes: () => this.#readBytes + socket.readableLength,
    };
    const stream = this.#stream = new TcpStream(this.#transport, flowControl, this.#yieldToIo, first);
    const socket = this.#socket = new TLSSocket(stream, {
      isServer: true,
      secureContext: this.#secureContext,
    });
    const wake = () => this.#wakeUp();
    // Either may report an error that the other does not; an error without a listener would end the process.
    const fail = (error: Error) => {
      this.#error ??= error;
      wake();
    };
    for (const either of [socket, stream]) {
      either.on("error", fail);
      for (const event of ["end", "close"]) either.on(event, wake);
    }
    // The only event for errors after the handshake, unless a server of Node's own has created the socket.
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

  /** Resolves at the next event; rejects when there will be none. */
  #next(): Promise<void> {
    if (this.#error !== undefined) return Promise.reject(this.#error);
    if (this.#isClosed || this.#socket!.destroyed) return Promise.reject(closed());
    return new Promise((resolve) => this.#wake = resolve);
  }

  /** Sends an alert for a failed handshake, which the runtime does not do. */
  async #alert(error: unknown): Promise<void> {
    const isTls = !(error instanceof NotTlsError);
    try {
      await this.#transport.write(isTls ? HANDSHAKE_FAILURE_ALERT : UNEXPECTED_MESSAGE_ALERT);
    } catch {
      // The client has disconnected.
    }
  }
}

/** The first bytes are not TLS. */
export class NotTlsError extends Error {
  override readonly name = "NotTlsError";

  constructor() {
    super("the client did not speak TLS");
  }
}

function leftEarly(): Error {
  return new Deno.errors.UnexpectedEof("it left during the handshake");
}

function closed(): Error {
  return new Deno.errors.BadResource("it is closed");
}
