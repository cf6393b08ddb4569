// The bytes between the client library and a NATS server, over TCP or TLS. The library's transport for Node is not used: it
// may lose an error of its socket after a rejected login, which ends the process.

import type { ConnectionOptions, Server, Transport } from "@nats-io/nats-core/internal";

/** What the library passes on from its caller. */
export interface DialOptions extends ConnectionOptions {
  readonly onDialFailure?: ((server: string, reason: string) => void) | undefined;
}

const READ_BYTES = 65_536;
/** The server's first line names all servers of its cluster. */
const MAX_INFO_BYTES = 65_536;

export class DenoTransport implements Transport {
  readonly lang = "deno";
  readonly version = "1.0.0";
  closeError?: Error;
  #conn: Deno.TcpConn | Deno.TlsConn | undefined;
  /** The server's first line, and what came with it. */
  #first: Uint8Array = new Uint8Array();
  #isEncrypted = false;
  #isEnded = false;
  readonly #abort = new AbortController();
  readonly #closed = Promise.withResolvers<void | Error>();
  readonly #frames: Uint8Array[] = [];
  #isWriting = false;

  async connect(server: Server, options: ConnectionOptions): Promise<void> {
    try {
      await this.#connect(server, options);
    } catch (error) {
      this.#end();
      (options as DialOptions).onDialFailure?.(server.listen, messageOf(error));
      throw error;
    }
  }

  async #connect({ hostname, port, tlsName }: Server, { tls }: ConnectionOptions): Promise<void> {
    const conn = await Deno.connect({ hostname, port, signal: this.#abort.signal });
    this.#take(conn);
    conn.setNoDelay(true);
    conn.setKeepAlive(true);
    const { info, bytes } = await readInfo(conn);
    this.#first = bytes;
    if (!tls && info["tls_required"] !== true) return;
    if (info["tls_required"] !== true && info["tls_available"] !== true) {
      throw new Error("the NATS server does not offer TLS");
    }
    const caCerts = tls?.ca === undefined ? [] : [tls.ca];
    const secure = await Deno.startTls(conn, { hostname: tlsName || hostname, caCerts });
    this.#take(secure);
    await secure.handshake();
    this.#isEncrypted = true;
  }

  /** The library gives up an attempt by closing the transport, at any time. */
  #take(conn: Deno.TcpConn | Deno.TlsConn): void {
    this.#conn = conn;
    if (!this.#isEnded) return;
    closeQuietly(conn);
    throw new Error("the attempt to connect was given up");
  }

  get isClosed(): boolean {
    return this.#isEnded;
  }

  isEncrypted(): boolean {
    return this.#isEncrypted;
  }

  async *[Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array> {
    const buffer = new Uint8Array(READ_BYTES);
    try {
      yield this.#first;
      while (!this.#isEnded) {
        const count = await this.#conn!.read(buffer);
        if (count === null) break;
        // The library keeps parts of what it gets.
        yield buffer.slice(0, count);
      }
    } catch (error) {
      this.#end(asError(error));
    } finally {
      this.#end();
    }
  }

  send(frame: Uint8Array): void {
    if (this.#isEnded) return;
    this.#frames.push(frame);
    if (!this.#isWriting) void this.#write();
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    try {
      for (let frame = this.#frames.shift(); frame !== undefined; frame = this.#frames.shift()) {
        for (let written = 0; written < frame.length;) {
          written += await this.#conn!.write(frame.subarray(written));
        }
      }
    } catch (error) {
      this.#end(asError(error));
    } finally {
      this.#isWriting = false;
    }
  }

  close(error?: Error): Promise<void> {
    this.#end(error);
    return Promise.resolve();
  }

  disconnect(): void {
    this.#end();
  }

  discard(): void {
    this.#end();
  }

  closed(): Promise<void | Error> {
    return this.#closed.promise;
  }

  #end(error?: Error): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (error !== undefined) this.closeError = error;
    this.#frames.length = 0;
    this.#abort.abort();
    if (this.#conn !== undefined) closeQuietly(this.#conn);
    this.#closed.resolve(error);
  }
}

async function readInfo(conn: Deno.TcpConn): Promise<{ info: Record<string, unknown>; bytes: Uint8Array }> {
  const buffer = new Uint8Array(MAX_INFO_BYTES);
  for (let length = 0; length < buffer.length;) {
    const count = await conn.read(buffer.subarray(length));
    if (count === null) throw new Error("the server closed the connection before it said who it is");
    length += count;
    const end = buffer.subarray(0, length).indexOf(0x0a);
    if (end < 0) continue;
    const [, json] = /^INFO (\{.*\})\s*$/.exec(new TextDecoder().decode(buffer.subarray(0, end))) ?? [];
    if (json === undefined) throw new Error("not a NATS server");
    return { info: JSON.parse(json), bytes: buffer.slice(0, length) };
  }
  throw new Error("not a NATS server: its first line is too long");
}

function closeQuietly(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // Closed already, or taken over by TLS.
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function messageOf(error: unknown): string {
  return asError(error).message;
}
