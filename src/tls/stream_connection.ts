// The server's side of a TLS connection through Node's TLSSocket, for releases of Deno in which the object inside it is not
// known. It costs half as much memory again, and twice the CPU time.

import { setImmediate } from "node:timers";
import { type SecureContext, TLSSocket } from "node:tls";
import {
  closed,
  type IoShare,
  leftEarly,
  readClientHello,
  sendAlert,
  type TcpConnection,
  type TlsConnection,
} from "./tcp_connection.ts";
import { type FlowControl, TcpStream } from "./tcp_stream.ts";

/** With this much unread data, a record and what arrived with it, no more is read from the network. */
const MAX_UNREAD_BYTES = 16 * 1024;

export class StreamConnection implements TlsConnection {
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

  async handshake(): Promise<void> {
    try {
      const stream = this.#startTls(await readClientHello(this.#transport));
      while (!this.#isSecure) {
        if (stream.readableEnded) throw leftEarly();
        await this.#next();
      }
    } catch (error) {
      if (this.#isClosed) throw closed();
      await sendAlert(this.#transport, error);
      throw error;
    }
  }

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

  write(bytes: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#socket!.write(bytes, (error) => error ? reject(error) : resolve(bytes.length));
    });
  }

  closeWrite(): Promise<void> {
    return new Promise((resolve) => this.#socket!.end(() => resolve()));
  }

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
}
