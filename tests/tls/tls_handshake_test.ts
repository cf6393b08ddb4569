// How TLS connections begin, against the runtime's own client and against what is no client.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { delay } from "@std/async";
import { nextTick } from "node:process";
import { setImmediate } from "node:timers";
import { createSecureContext } from "node:tls";
import {
  type IoShare,
  NotTlsError,
  type TcpConnection,
  type TlsConnection,
} from "../../src/tls/tcp_connection.ts";
import { startTls, tlsContextOf } from "../../src/tls/tls_listener.ts";
import type { TlsWrap } from "../../src/tls/tls_wrap.ts";
import { Certificates, isOpensslMissing } from "../support/programs/certificates.ts";
import { timerYield } from "../support/server/timer_yield.ts";
import { descriptors, read, testTls } from "../support/server/tls_ground.ts";

const encoder = new TextEncoder();

testTls(
  "a connection that is closed within its handshake is gone at once, and its descriptor with it",
  async (ground) => {
    const before = descriptors();
    const { client, server } = await ground.plain();
    const handshake = server.handshake();
    server.close();
    await assertRejects(() => handshake, Deno.errors.BadResource);
    assertEquals(await read(client), null);
    client.close();
    assertEquals(descriptors(), before);
  },
);

testTls("who leaves within the handshake ends it", async (ground) => {
  const { client, server } = await ground.plain();
  const handshake = server.handshake();
  client.close();
  await assertRejects(() => handshake, Deno.errors.UnexpectedEof, "it left during the handshake");
  server.close();
});

testTls("who speaks no TLS is told by an alert that this was unexpected", async (ground) => {
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

testTls("a handshake that fails is answered by one alert that says why", async (ground) => {
  const noSignatures = [0x16, 3, 1, 0, 45, 1, 0, 0, 41, 3, 1, ...Array(32).fill(7), 0, 0, 2, 0, 0x2f, 1, 0];
  const noRecord = [0x16, 3, 1, 0, 5, 9, 9, 9, 9, 9];
  for (const bytes of [noSignatures, noRecord]) {
    const { client, server } = await ground.plain();
    const handshake = server.handshake();
    await client.write(Uint8Array.from(bytes));
    await assertRejects(() => handshake);
    server.close();
    const answer = new Uint8Array(await new Response(client.readable).arrayBuffer());
    assertEquals([answer[0], ...answer.subarray(3)], [0x15, 0, 2, 2, 40]);
  }
});

testTls("a handshake that comes byte by byte is one", async (ground) => {
  await using relay = await ground.relayed(1);
  await relay.client.write(encoder.encode("a line\n"));
  assertEquals(await read(relay.server), "a line\n");
});

testTls(
  "a connection closed at any time during its start is closed, and nothing else happens",
  async (ground) => {
    const { context } = ground;
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
        const connection = startTls(
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
          context,
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
  },
);

testTls("a replaced certificate is used for new connections, and existing ones stay open", async (ground) => {
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

Deno.test({
  name: "a key that does not belong to the certificate is detected before any client connects",
  ignore: isOpensslMissing,
  async fn() {
    await using certificates = await Certificates.make();
    const [one, other] = [await certificates.issue("one"), await certificates.issue("other")];
    const cert = await Deno.readTextFile(one.cert);
    const key = await Deno.readTextFile(other.key);
    await assertRejects(() => tlsContextOf({ cert, key }));
  },
});

/** TLS that takes all bytes, and to which nothing ever results from them. */
class MuteWrap implements TlsWrap {
  static takenBytes = 0;
  initServerTls = () => 0;
  attachJsStream = () => 0;
  setHandle() {}
  start = () => 0;
  readStart = () => 0;
  readBuffer(received: Uint8Array) {
    MuteWrap.takenBytes += received.length;
  }
  writeBuffer = () => 0;
  drainEncOut = () => new Uint8Array();
  shutdown = () => 0;
  destroySsl() {}
}

/** A client that sends so many bytes of what may be TLS, as fast as they are read. */
function muteConnection(bytes: number, share: IoShare): TlsConnection {
  MuteWrap.takenBytes = 0;
  let sent = 0;
  const transport: TcpConnection = {
    remoteAddr: { transport: "tcp", hostname: "192.0.2.1", port: 1 },
    read(buffer) {
      if (sent >= bytes) return Promise.resolve(null);
      buffer.set([0x16, 3]);
      sent += buffer.length;
      return Promise.resolve(buffer.length);
    },
    write: (bytes) => Promise.resolve(bytes.length),
    closeWrite: () => Promise.resolve(),
    close() {},
    setNoDelay() {},
    setKeepAlive() {},
  };
  return startTls(transport, { secureContext: createSecureContext(), Wrap: MuteWrap }, share);
}

Deno.test("a client whose bytes never result in data is given up after 64 KiB", async () => {
  const connection = muteConnection(1_000_000, timerYield());
  await assertRejects(() => connection.handshake(), Error, "bytes arrived without any data");
  assertEquals(MuteWrap.takenBytes, 64 * 1024 + 512);
  connection.close();
});

Deno.test("a handshake waits while others have spent the budget, and is counted itself", async () => {
  const turn = Promise.withResolvers<void>();
  let spentMs = 0;
  const share: IoShare = { mustWait: true, take: () => turn.promise, spend: (ms) => spentMs += ms };
  const connection = muteConnection(512, share);
  const handshake = connection.handshake();
  handshake.catch(() => {});
  await delay(0);
  assertEquals([MuteWrap.takenBytes, spentMs], [0, 0]);
  turn.resolve();
  await assertRejects(() => handshake, Deno.errors.UnexpectedEof);
  assertEquals(MuteWrap.takenBytes, 512);
  assert(spentMs > 0.1, `${spentMs} ms`);
  connection.close();
});
