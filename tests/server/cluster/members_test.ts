// Several servers with one ranking: what members do, and what is done to them from another server.

import { assert, assertEquals } from "@std/assert";
import { isNatsMissing } from "../../support/programs/nats_server.ts";
import { withTwoServers } from "../../support/server/two_servers.ts";

const ignore = await isNatsMissing();

Deno.test({
  name: "a member yields, and its new place is the last one of both servers",
  ignore,
  async fn() {
    await withTwoServers(async ({ a, b, join }) => {
      const first = await join(a);
      const second = await join(b);
      const { result } = await first.request("yield");
      assertEquals(result.rank, 1);
      assert(result.ticket > second.welcome.ticket);
      assertEquals((await second.note("promoted")).rank, 0);
      const { members } = (await second.request("roster")).result;
      assertEquals(members.map(({ ticket }: { ticket: number }) => ticket), [
        second.welcome.ticket,
        result.ticket,
      ]);
    });
  },
});

Deno.test({
  name: "an operator evicts a member of another server, which is told why",
  ignore,
  async fn() {
    await withTwoServers(async ({ a, b, join }) => {
      const first = await join(a);
      const second = await join(b);
      const evicted = await b.server.server.evict({ rank: 0 });
      assertEquals("reason" in evicted, false);
      assertEquals((await first.note("closing")).reason, "evicted");
      assertEquals((await second.note("promoted")).rank, 0);
    });
  },
});

Deno.test({
  name:
    "clients of both servers wait in one order, and the first gets the seat that becomes free at the other",
  ignore,
  async fn() {
    await withTwoServers(async ({ a, b, join, connect }) => {
      const seated = await join(a);
      const waitingB = await connect(b);
      assertEquals((await waitingB.note("waiting")).position, 1);
      const waitingA = await connect(a);
      assertEquals((await waitingA.note("waiting")).position, 2);
      await seated.close();
      assertEquals((await waitingB.note("welcome")).rank, 0);
      await waitingA.next(({ json }) => json?.method === "waiting" && json.params.position === 1);
      await waitingB.close();
      assertEquals((await waitingA.note("welcome")).rank, 0);
    }, { capacity: 1, waitingCapacity: 5 });
  },
});

Deno.test({
  name: "names and leases are seen at the other server, and a watcher there is notified",
  ignore,
  async fn() {
    await withTwoServers(async ({ a, b, join }) => {
      const first = await join(a);
      const watcher = await join(b);
      await watcher.request("watch", { on: true });
      await first.request("hello", { name: "leader", lease_ms: 3_000 });
      const { members } = (await watcher.request("roster")).result;
      assertEquals([members[0].name, members[0].lease_ms], ["leader", 3_000]);
      await watcher.next(({ json }) => json?.params?.leased?.length === 1);
      await first.close();
      await watcher.next(({ json }) => json?.params?.away?.length === 1);
    });
  },
});

Deno.test({
  name:
    "G11: while the log cannot be reached, no client with a lease gets an answer to its ping, and no newcomer a seat",
  ignore,
  async fn() {
    await withTwoServers(async ({ nats, a, b, join, connect }) => {
      const leader = await join(a);
      await leader.request("hello", { lease_ms: 2_000 });
      await leader.request("ping");
      const other = await join(b);
      nats.signal("SIGSTOP");
      try {
        while (!a.journal.isSuspended) await new Promise((resolve) => setTimeout(resolve, 20));
        leader.send({ jsonrpc: "2.0", id: "late", method: "ping" });
        assertEquals((await other.request("ping")).result, {});
        const refused = await connect(a);
        assertEquals((await refused.note("closing")).reason, "unavailable");
        const run = await other.request("run", { command: "ping" });
        assertEquals(run.error.data.reason, "unavailable");
        assertEquals(leader.lines.some(({ json }) => json?.id === "late"), false);
      } finally {
        nats.signal("SIGCONT");
      }
      await leader.next(({ json }) => json?.id === "late");
    }, { toml: `commands = ["ping"]` });
  },
});

Deno.test({
  name: "a client releases its seat with its token at another server",
  ignore,
  async fn() {
    await withTwoServers(async ({ a, b, join }) => {
      const first = await join(a);
      const { resume } = (await first.request("hello", { lease_ms: 2_000 })).result;
      const token = resume ?? first.welcome.resume;
      const second = await join(b);
      await second.request("hello", { name: "second" });
      assertEquals((await second.request("leave", { resume: token })).result, {});
      assertEquals((await first.note("closing")).reason, "replaced");
      assertEquals((await second.note("promoted")).rank, 0);
    });
  },
});
