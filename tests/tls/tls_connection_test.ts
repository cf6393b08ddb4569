// TLS over a plain connection, against the runtime's own client and TCP; a test can observe both sides.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { delay } from "@std/async";
import { nextTick } from "node:process";
import { setImmediate } from "node:timers";
import type { SecureContext } from "node:tls";
import { secureContextOf, TlsListener } from "../../src/tls/tls_listener.ts";
import { NotTlsError, TlsConnection } from "../../src/tls/tls_connection.ts";
import { Certificates, isOpensslMissing } from "../support/programs/certificates.ts";
import { timerYield } from "../support/server/timer_yield.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A listener, and what is needed to connect to it. */
class Ground implements AsyncDisposable {
  readonly caCerts: string[];
  readonly listener: TlsListener;
  readonly secureContext: SecureContext;
  readonly #certificates: Certificates;
  readonly #connections: AsyncIterator<TlsConnection>;

  private constructor(secureContext: SecureContext, certificates: Certificates, caCerts: string[]) {
    this.listener = new TlsListener(
      Deno.listen({ hostname: "127.0.0.1", port: 0 }),
      secureContext,
      timerYield(),
    );
    this.secureContext = secureContext;
    this.caCerts = caCerts;
    this.#certificates = certificates;
    this.#connections = this.listener[Symbol.asyncIterator]();
  }

  static async make(): Promise<Ground> {
    const certificates = await Certificates.make();
    const secureContext = await contextFrom(certificates);
    return new Ground(secureContext, certificates, [await Deno.readTextFile(certificates.ca)]);
  }

  get port(): number {
    return (this.listener.addr as Deno.NetAddr).port;
  }

  /** Shows another certificate from now on, and gives the authority that has signed it. */
  async renew(): Promise<string> {
    await using others = await Certificates.make();
    this.listener.renew(await contextFrom(others));
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

interface Relayed extends AsyncDisposable {
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

async function contextFrom(certificates: Certificates) {
  const { cert, key } = await certificates.issue("server");
  return await secureContextOf({ cert: await Deno.readTextFile(cert), key: await Deno.readTextFile(key) });
}

function test(name: string, fn: (ground: Ground) => Promise<void>): void {
  Deno.test({
    name,
    ignore: isOpensslMissing,
    async fn() {
      await using ground = await Ground.make();
      await fn(ground);
    },
  });
}

/** Reads once. @returns what came as text; `null` at the end of the stream. */
async function read(from: Pick<Deno.Conn, "read">, bytes = 1_000): Promise<string | null> {
  const buffer = new Uint8Array(bytes);
  const count = await from.read(buffer);
  return count === null ? null : decoder.decode(buffer.subarray(0, count));
}

/**
 * Writes without end to an end that does not read. The kernel takes some megabytes; what it takes no more of is to wait
 * with who writes, and not in an endless queue in between.
 */
async function writeUntilHeldUp(to: Pick<Deno.Conn, "write">) {
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

function descriptors(): number {
  return [...Deno.readDirSync("/proc/self/fd")].length;
}

test("what one side says the other one hears, in whatever pieces it reads", async (ground) => {
  const { client, server } = await ground.secure();
  await client.write(encoder.encode("a line\n"));
  assertEquals([await read(server, 2), await read(server, 3), await read(server)], ["a ", "lin", "e\n"]);
  assertEquals(await server.write(encoder.encode("an answer\n")), 10);
  assertEquals(await read(client), "an answer\n");
  assertEquals(server.remoteAddr, client.localAddr);
  client.close();
  server.close();
});

test("a megabyte arrives whole in both directions at once", async (ground) => {
  const { client, server } = await ground.secure();
  const sent = crypto.getRandomValues(new Uint8Array(65_536));
  const MANY = 16;
  const send = async (to: Pick<Deno.Conn, "write">) => {
    for (let i = 0; i < MANY; i++) {
      for (let rest = sent; rest.length > 0;) rest = rest.subarray(await to.write(rest));
    }
  };
  const receive = async (from: Pick<Deno.Conn, "read">) => {
    const buffer = new Uint8Array(10_000);
    let at = 0;
    while (at < MANY * sent.length) {
      const count = await from.read(buffer);
      assert(count !== null);
      for (let i = 0; i < count; i++) {
        if (buffer[i] !== sent[at++ % sent.length]) throw new Error(`another byte at ${at}`);
      }
    }
  };
  await Promise.all([send(client), send(server), receive(client), receive(server)]);
  client.close();
  server.close();
});

test("a connection that is closed within its handshake is gone at once, and its descriptor with it", async (ground) => {
  const before = descriptors();
  const { client, server } = await ground.plain();
  const handshake = server.handshake();
  server.close();
  await assertRejects(() => handshake, Deno.errors.BadResource);
  assertEquals(await read(client), null);
  client.close();
  assertEquals(descriptors(), before);
});

test("who leaves within the handshake ends it", async (ground) => {
  const { client, server } = await ground.plain();
  const handshake = server.handshake();
  client.close();
  await assertRejects(() => handshake, Deno.errors.UnexpectedEof, "it left during the handshake");
  server.close();
});

test("who speaks no TLS is told by an alert that this was unexpected", async (ground) => {
  const { client, server } = await ground.plain();
  const handshake = server.handshake();
  await client.write(encoder.encode("/who\n"));
  await assertRejects(() => handshake, NotTlsError);
  const buffer = new Uint8Array(20);
  assertEquals(await client.read(buffer), 7);
  assertEquals([...buffer.subarray(0, 7)], [0x15, 3, 1, 0, 2, 2, 10]);
  server.close();
  client.close();
});

test("a handshake that comes byte by byte is one", async (ground) => {
  await using relay = await ground.relayed(1);
  await relay.client.write(encoder.encode("a line\n"));
  assertEquals(await read(relay.server), "a line\n");
});

test("data that is not TLS after the handshake breaks the connection immediately", async (ground) => {
  const broken: [what: string, bytes: Uint8Array][] = [
    ["a record that nobody could have made who has the key", Uint8Array.of(0x17, 3, 3, 0, 5, 1, 2, 3, 4, 5)],
    ["a record that is longer than any may be", Uint8Array.of(0x17, 3, 3, 0xff, 0xff)],
    ["plain text", encoder.encode('{"jsonrpc":"2.0","method":"leave"}\n')],
  ];
  for (const [what, bytes] of broken) {
    await using relay = await ground.relayed();
    const reading = relay.server.read(new Uint8Array(100));
    await relay.inject(bytes);
    await assertRejects(() => reading, Error, undefined, what);
  }
});

test("data after a close_notify is not read", async (ground) => {
  await using relay = await ground.relayed();
  await relay.client.closeWrite();
  assertEquals(await read(relay.server), null);
  await writeUntilHeldUp({ write: (bytes) => relay.inject(bytes) });
});

test("a connection closed at any time during its start is closed, and nothing else happens", async (ground) => {
  const { secureContext } = ground;
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  const moments: (() => Promise<unknown>)[] = [
    () => Promise.resolve(),
    () => new Promise<void>((resolve) => nextTick(resolve)),
    turn,
    () => turn().then(turn),
  ];
  const beginnings = [[0x16], [0x16, 3, 1, 0, 5, 9, 9, 9, 9, 9], [0x16, 3, 1, 0xff, 0xff], [
    0x16,
    3,
    1,
    0,
    200,
    1,
  ]];
  for (const bytes of beginnings) {
    for (const moment of moments) {
      const begun = Promise.withResolvers<void>();
      let isClosed = false;
      let reads = 0;
      const connection = new TlsConnection(
        {
          remoteAddr: { transport: "tcp", hostname: "192.0.2.1", port: 1 },
          read(buffer) {
            if (reads++ > 0) return new Promise(() => {});
            buffer.set(bytes);
            queueMicrotask(begun.resolve);
            return Promise.resolve(bytes.length);
          },
          write: (bytes) => Promise.resolve(bytes.length),
          closeWrite: () => Promise.resolve(),
          close: () => isClosed = true,
          setNoDelay() {},
          setKeepAlive() {},
        },
        secureContext,
        timerYield(),
      );
      const handshake = connection.handshake();
      handshake.catch(() => {});
      await begun.promise;
      await moment();
      connection.close();
      await assertRejects(() => handshake);
      assert(isClosed);
      // Whatever node:tls still does is done by then; an error of its own would end this test.
      await turn();
      await turn();
    }
  }
});

test("each side can close its sending side and still read", async (ground) => {
  const { client, server } = await ground.secure();
  await client.closeWrite();
  assertEquals(await read(server), null);
  await server.write(encoder.encode("closing\n"));
  await server.closeWrite();
  assertEquals([await read(client), await read(client)], ["closing\n", null]);
  client.close();
  server.close();

  const other = await ground.secure();
  await other.server.closeWrite();
  assertEquals(await read(other.client), null);
  await other.client.write(encoder.encode("last words\n"));
  assertEquals(await read(other.server), "last words\n");
  other.client.close();
  assertEquals(await read(other.server), null);
  other.server.close();
});

test("a write resolves when the system has the bytes: without a reader it does not, and closing ends it", async (ground) => {
  const { client, server } = await ground.secure();
  const { writing } = await writeUntilHeldUp(server);
  const descriptorsBefore = descriptors();
  server.close();
  await assertRejects(() => writing);
  await assertRejects(() => server.read(new Uint8Array(1)), Deno.errors.BadResource);
  // Its other end still holds on to it, and can no more.
  while (descriptors() >= descriptorsBefore) await delay(10);
  client.close();
});

test("an endless sender is not read while there is no reader, and later all data is there", async (ground) => {
  const { client, server } = await ground.secure();
  const { writing, written } = await writeUntilHeldUp(client);
  const buffer = new Uint8Array(4_096);
  let count = 0;
  while (count < written) count += (await server.read(buffer))!;
  server.close();
  await assertRejects(() => writing);
  client.close();
});

test("a replaced certificate is used for new connections, and existing ones stay open", async (ground) => {
  const early = await ground.secure();
  const ca = await ground.renew();
  const late = await ground.secure([ca]);
  const connecting = Deno.connectTls({
    hostname: "localhost",
    port: ground.port,
    caCerts: ground.caCerts,
  }).then((conn) => conn.handshake().finally(() => conn.close()));
  const refused = await ground.accept();
  await Promise.all([
    assertRejects(() => connecting, Error, "invalid peer certificate"),
    assertRejects(() => refused.handshake()),
  ]);
  refused.close();
  await early.server.write(encoder.encode("still here\n"));
  assertEquals(await read(early.client), "still here\n");
  for (const { client, server } of [early, late]) {
    client.close();
    server.close();
  }
});

test("a key that does not belong to the certificate is detected before any client connects", async () => {
  await using certificates = await Certificates.make();
  const [one, other] = [await certificates.issue("one"), await certificates.issue("other")];
  const cert = await Deno.readTextFile(one.cert);
  const key = await Deno.readTextFile(other.key);
  await assertRejects(() => secureContextOf({ cert, key }));
});
