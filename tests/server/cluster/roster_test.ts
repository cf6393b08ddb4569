// Several servers with one ranking: the roster.

import { assert, assertEquals } from "@std/assert";
import { isNatsMissing, NatsServer } from "../../support/programs/nats_server.ts";
import { startClusterServer } from "../../support/server/cluster_server.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { withTwoServers } from "../../support/server/two_servers.ts";

const ignore = await isNatsMissing();

Deno.test({
  name: "G1, G2: clients of two servers have one order, and move up when one of the other server leaves",
  ignore,
  async fn() {
    await withTwoServers(async ({ a, b, join }) => {
      const clients = [await join(a), await join(b), await join(a), await join(b)];
      assertEquals(clients.map(({ welcome }) => welcome.rank), [0, 1, 2, 3]);
      assertEquals(clients[0]!.welcome.servers, [`127.0.0.1:${b.port}`]);
      const tickets = clients.map(({ welcome }) => welcome.ticket);
      for (const client of clients) {
        const { members } = (await client.request("roster")).result;
        assertEquals(members.map(({ ticket }: { ticket: number }) => ticket), tickets);
      }
      await clients[1]!.close();
      for (const [client, rank] of [[clients[2]!, 1], [clients[3]!, 2]] as const) {
        const promoted = await client.note("promoted");
        assertEquals([promoted.rank, promoted.was], [rank, rank + 1]);
      }
    });
  },
});

Deno.test({
  name:
    "a client resumes its seat at another server, which no member notices, and its earlier connection ends",
  ignore,
  async fn() {
    await withTwoServers(async ({ a, b, join }) => {
      const first = await join(a);
      const second = await join(b);
      const moved = await RawClient.connect(b.port);
      try {
        const { result } = await moved.request("hello", { resume: first.welcome.resume });
        assertEquals([result.rank, result.ticket], [0, first.welcome.ticket]);
        assertEquals((await first.note("closing")).reason, "replaced");
        assertEquals(second.notes("promoted"), []);
        const { members } = (await second.request("roster")).result;
        assertEquals(members.length, 2);
        assertEquals(members[0].address, `127.0.0.1:${moved.port}`);
        const { result: atA } = await (await join(a)).request("roster");
        assertEquals(atA.members[0].address, `127.0.0.1:${moved.port}`);
      } finally {
        await moved.close();
      }
    });
  },
});

Deno.test({
  name: "G3: two servers seat exactly as many clients as there are seats",
  ignore,
  async fn() {
    await withTwoServers(async ({ a, b }) => {
      const clients = await Promise.all(
        Array.from({ length: 30 }, (_, i) => RawClient.connect(i % 2 === 0 ? a.port : b.port)),
      );
      const first = await Promise.all(
        clients.map((client) =>
          client.next(({ json }) => json?.method === "welcome" || json?.method === "closing")
        ),
      );
      const seated = first.filter(({ json }) => json.method === "welcome");
      assertEquals(seated.length, 10);
      assertEquals(
        seated.map(({ json }) => json.params.ticket).length,
        new Set(seated.map(({ json }) => json.params.ticket)).size,
      );
      for (const client of clients) await client.close();
    }, { capacity: 10 });
  },
});

Deno.test({
  name: "a client that is shut out by a server that stops keeps its seat, and no member moves up",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    await using b = await startClusterServer({ nats: nats.address, name: "b" });
    await using a = await startClusterServer({ nats: nats.address, name: "a" });
    const first = await RawClient.join(a.port);
    const second = await RawClient.join(b.port);
    first.send({ jsonrpc: "2.0", method: "hello", params: {} });
    await first.request("ping");
    const stopped = a.server.stop();
    await first.note("closing");
    const back = await RawClient.connect(b.port);
    const { result } = await back.request("hello", { resume: first.welcome.resume });
    assertEquals(result.rank, 0);
    await first.close();
    await stopped;
    assertEquals(second.notes("promoted"), []);
    await back.close();
    await second.close();
    assert(!b.journal.nodes.some(({ name }) => name === "a"));
  },
});
