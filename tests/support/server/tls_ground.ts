// Both ends of TLS connections for tests: the server's side, and clients of the runtime's own over TCP that a test can
// tamper with.

import { assert } from "@std/assert";
import { delay } from "@std/async";
import type { TlsConnection } from "../../../src/tls/tcp_connection.ts";
import { type TlsContext, tlsContextOf, TlsListener } from "../../../src/tls/tls_listener.ts";
import { Certificates, isOpensslMissing } from "../programs/certificates.ts";
import { timerYield } from "./timer_yield.ts";

const decoder = new TextDecoder();

/** How the server's side is made: what this release of Deno runs, and what runs where its TLS is not known. */
export type Kind = "direct" | "stream";

/** A listener, and what is needed to connect to it. */
export class TlsGround implements AsyncDisposable {
  readonly caCerts: string[];
  readonly listener: TlsListener;
  readonly context: TlsContext;
  readonly #kind: Kind;
  readonly #certificates: Certificates;
  readonly #connections: AsyncIterator<TlsConnection>;

  private constructor(kind: Kind, context: TlsContext, certificates: Certificates, caCerts: string[]) {
    this.listener = new TlsListener(Deno.listen({ hostname: "127.0.0.1", port: 0 }), context, timerYield());
    this.context = context;
    this.#kind = kind;
    this.caCerts = caCerts;
    this.#certificates = certificates;
    this.#connections = this.listener[Symbol.asyncIterator]();
  }

  static async make(kind: Kind): Promise<TlsGround> {
    const certificates = await Certificates.make();
    const context = await contextFrom(certificates, kind);
    return new TlsGround(kind, context, certificates, [await Deno.readTextFile(certificates.ca)]);
  }

  get port(): number {
    return (this.listener.addr as Deno.NetAddr).port;
  }

  /** Shows another certificate from now on, and gives the authority that has signed it. */
  async renew(): Promise<string> {
    await using others = await Certificates.make();
    this.listener.renew(await contextFrom(others, this.#kind));
    return await Deno.readTextFile(others.ca);
  }

  async accept(): Promise<TlsConnection> {
    const { value, done } = await this.#connections.next();
    assert(!done);
    return value;
  }

  /** A client that has not begun TLS, and what the server has of it. */
  async plain(): Promise<{ client: Deno.TcpConn; server: TlsConnection }> {
    const connecting = Deno.connect({ hostname: "127.0.0.1", port: this.port });
    return { server: await this.accept(), client: await connecting };
  }

  /** Both ends of a connection that is ready. */
  async secure(caCerts = this.caCerts): Promise<{ client: Deno.TlsConn; server: TlsConnection }> {
    const connecting = Deno.connectTls({ hostname: "localhost", port: this.port, caCerts });
    const server = await this.accept();
    const client = await connecting;
    await Promise.all([client.handshake(), server.handshake()]);
    return { client, server };
  }

  /** The same with a relay between them, that hands the client's bytes on in pieces of so many, and adds others. */
  async relayed(pieceBytes = 1_000): Promise<Relayed> {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { caCerts } = this;
    const connecting = Deno.connectTls({ hostname: "localhost", port: listener.addr.port, caCerts });
    const near = await listener.accept();
    const { client: far, server } = await this.plain();
    far.setNoDelay(true);
    const passing = [pass(near, far, pieceBytes), pass(far, near)];
    const client = await connecting;
    await Promise.all([client.handshake(), server.handshake()]);
    return {
      ...{ client, server },
      inject: (bytes) => far.write(bytes),
      async [Symbol.asyncDispose]() {
        for (const end of [client, server, near, far]) end.close();
        await Promise.all(passing);
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.listener.close();
    await this.#certificates[Symbol.asyncDispose]();
  }
}

export interface Relayed extends AsyncDisposable {
  readonly client: Deno.TlsConn;
  readonly server: TlsConnection;
  /** Writes to the server, past the client. */
  readonly inject: (bytes: Uint8Array) => Promise<number>;
}

/** Until either end is closed. */
async function pass(from: Deno.Conn, to: Deno.Conn, pieceBytes = 1_000): Promise<void> {
  const buffer = new Uint8Array(pieceBytes);
  try {
    for (let count; (count = await from.read(buffer)) !== null;) await to.write(buffer.subarray(0, count));
  } catch {
    // What becomes of the other end is for the test to see.
  }
}

async function contextFrom(certificates: Certificates, kind: Kind): Promise<TlsContext> {
  const { cert, key } = await certificates.issue("server");
  const pair = { cert: await Deno.readTextFile(cert), key: await Deno.readTextFile(key) };
  const context = await tlsContextOf(pair);
  assert(
    context.Wrap !== undefined,
    "verify the TLS of this release of Deno, and add it to src/tls/tls_wrap.ts",
  );
  return kind === "direct" ? context : { ...context, Wrap: undefined };
}

/** Runs the test with both kinds of connections. */
export function testTls(name: string, fn: (ground: TlsGround) => Promise<void>): void {
  for (const kind of ["direct", "stream"] as const) {
    Deno.test({
      name: `${name} (${kind})`,
      ignore: isOpensslMissing,
      async fn() {
        await using ground = await TlsGround.make(kind);
        await fn(ground);
      },
    });
  }
}

/** Reads once. @returns what came as text; `null` at the end of the stream. */
export async function read(from: Pick<Deno.Conn, "read">, bytes = 1_000): Promise<string | null> {
  const buffer = new Uint8Array(bytes);
  const count = await from.read(buffer);
  return count === null ? null : decoder.decode(buffer.subarray(0, count));
}

/**
 * Writes without end to an end that does not read. The kernel takes some megabytes; what it takes no more of is to wait
 * with who writes, and not in an endless queue in between.
 */
export async function writeUntilHeldUp(to: Pick<Deno.Conn, "write">) {
  const piece = new Uint8Array(256 * 1024);
  let written = 0;
  const writing = (async () => {
    for (;;) written += await to.write(piece);
  })();
  writing.catch(() => {});
  let before = -1;
  while (written > before) {
    assert(written < 64 * 1024 * 1024, `${written} bytes were taken for who reads nothing`);
    before = written;
    await delay(100);
  }
  return { writing, written };
}

export function descriptors(): number {
  return [...Deno.readDirSync("/proc/self/fd")].length;
}
