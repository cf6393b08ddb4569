// When a load balancer should send clients.

import { assertEquals } from "@std/assert";
import { readiness } from "../../../src/web/metrics/readiness.ts";
import { startServer } from "../../support/server/start_server.ts";

const CLUSTER = { name: "main", node: "a-1", nodes: [] };

Deno.test("a server is ready unless it is draining or suspended", () => {
  const of = (is_draining: boolean, suspended?: boolean) =>
    readiness({ is_draining, cluster: suspended === undefined ? undefined : { ...CLUSTER, suspended } });
  const suspended = { status: 503, text: "suspended: no contact with the cluster" } as const;
  const draining = { status: 503, text: "shutting down" } as const;
  assertEquals(of(false), { status: 200, text: "ready" });
  assertEquals(of(false, false), { status: 200, text: "ready" });
  assertEquals(of(false, true), suspended);
  assertEquals(of(true), draining);
  assertEquals(of(true, true), draining);
});

Deno.test("a server that has been stopped is not ready", async () => {
  const { server, stop } = await startServer().then((test) => ({
    server: test.server,
    stop: () => test.stop(),
  }));
  assertEquals(readiness(server.status()).status, 200);
  const stopped = stop();
  assertEquals(readiness(server.status()).status, 503);
  await stopped;
});
