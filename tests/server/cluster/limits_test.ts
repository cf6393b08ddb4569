// What is limited only where a log has to answer first.

import { assertEquals } from "@std/assert";
import { isNatsMissing } from "../../support/programs/nats_server.ts";
import { lateLog } from "../../support/server/late_log.ts";
import { withTwoServers } from "../../support/server/two_servers.ts";

const ignore = await isNatsMissing();
/** With one seat: its member and a client with its token, and refused clients that may present another one. */
const MOST = 2 + 256;
const REFUSED = 5;

Deno.test({
  name: "G9: while the log does not answer, no more clients are let in than could have seats or tokens",
  ignore,
  async fn() {
    const late = Promise.withResolvers<void>();
    await withTwoServers(async ({ a, connect }) => {
      const clients = [];
      for (let i = 0; i < MOST + REFUSED; i++) clients.push(await connect(a));
      const closings = await Promise.all(clients.slice(MOST).map((client) => client.note("closing")));
      assertEquals(closings.map(({ reason }) => reason), new Array(REFUSED).fill("unavailable"));
      const { connections, lingering } = a.server.server.usage();
      assertEquals(connections - lingering, MOST);
      late.resolve();
      await a.server.until(({ event }) => event === "client_seated");
      await a.server.until((event) => event.event === "client_refused" && event.reason === "full");
    }, { capacity: 1, wrap: (log) => lateLog(log, ["join"], late.promise) });
  },
});

Deno.test({
  name: "G11: a lease that is too short for a cluster is granted longer",
  ignore,
  async fn() {
    await withTwoServers(async ({ a, join }) => {
      const member = await join(a);
      const { result } = await member.request("hello", { lease_ms: 300 });
      assertEquals(result.times.lease_ms, 3_000);
    });
  },
});
