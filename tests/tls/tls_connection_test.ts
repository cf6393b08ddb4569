// Data over TLS connections that are ready, in both directions and up to their end.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { delay } from "@std/async";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { TcpConnection } from "../../src/tls/tcp_connection.ts";
import { startTls } from "../../src/tls/tls_listener.ts";
import { timerYield } from "../support/server/timer_yield.ts";
import { descriptors, read, testTls, writeUntilHeldUp } from "../support/server/tls_ground.ts";

const encoder = new TextEncoder();

testTls("what one side says the other one hears, in whatever pieces it reads", async (ground) => {
  const { client, server } = await ground.secure();
  await client.write(encoder.encode("a line\n"));
  assertEquals([await read(server, 2), await read(server, 3), await read(server)], ["a ", "lin", "e\n"]);
  assertEquals(await server.write(encoder.encode("an answer\n")), 10);
  assertEquals(await read(client), "an answer\n");
  assertEquals(server.remoteAddr, client.localAddr);
  client.close();
  server.close();
});

testTls("a megabyte arrives whole in both directions at once", async (ground) => {
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

testTls("several writes at once arrive whole and in order, and the end after them", async (ground) => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { caCerts } = ground;
  const connecting = Deno.connectTls({ hostname: "localhost", port: listener.addr.port, caCerts });
  const tcp = await listener.accept();
  const server = startTls(writingLittle(tcp), ground.context, timerYield());
  const client = await connecting;
  await Promise.all([client.handshake(), server.handshake()]);
  const pieces = Array.from({ length: 5 }, (_, i) => new Uint8Array(40_000 + i).fill(i));
  const writing = Promise.all([...pieces.map((piece) => server.write(piece)), server.closeWrite()]);
  const received = new Uint8Array(await new Response(client.readable).arrayBuffer());
  assertEquals((await writing).slice(0, -1), pieces.map((piece) => piece.length));
  let at = 0;
  for (const piece of pieces) assertEquals(received.subarray(at, at += piece.length), piece);
  assertEquals(received.length, at);
  server.close();
});

/** A connection that takes only some of what is written to it, and not at once. */
function writingLittle(tcp: Deno.TcpConn): TcpConnection {
  return {
    remoteAddr: tcp.remoteAddr,
    read: (buffer) => tcp.read(buffer),
    write: async (bytes) => {
      await nextTurn();
      return await tcp.write(bytes.subarray(0, 5_000));
    },
    closeWrite: () => tcp.closeWrite(),
    close: () => tcp.close(),
    setNoDelay: (isOn) => tcp.setNoDelay(isOn),
    setKeepAlive: (isOn) => tcp.setKeepAlive(isOn),
  };
}

testTls("data that is not TLS after the handshake breaks the connection immediately", async (ground) => {
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

testTls("data after a close_notify is not read", async (ground) => {
  await using relay = await ground.relayed();
  await relay.client.closeWrite();
  assertEquals(await read(relay.server), null);
  await writeUntilHeldUp({ write: (bytes) => relay.inject(bytes) });
});

testTls("each side can close its sending side and still read", async (ground) => {
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

testTls(
  "a write resolves when the system has the bytes: without a reader it does not, and closing ends it",
  async (ground) => {
    const { client, server } = await ground.secure();
    const { writing } = await writeUntilHeldUp(server);
    const descriptorsBefore = descriptors();
    server.close();
    await assertRejects(() => writing);
    await assertRejects(() => server.read(new Uint8Array(1)), Deno.errors.BadResource);
    // Its other end still holds on to it, and can no more.
    while (descriptors() >= descriptorsBefore) await delay(10);
    client.close();
  },
);

testTls(
  "an endless sender is not read while there is no reader, and later all data is there",
  async (ground) => {
    const { client, server } = await ground.secure();
    const { writing, written } = await writeUntilHeldUp(client);
    const buffer = new Uint8Array(4_096);
    let count = 0;
    while (count < written) count += (await server.read(buffer))!;
    server.close();
    await assertRejects(() => writing);
    client.close();
  },
);
