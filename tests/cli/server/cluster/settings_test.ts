// What a server tells its cluster about itself, and what it warns of.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { checkCluster, clusterWarnings } from "../../../../src/cli/server/cluster/mod.ts";
import { hashConfig } from "../../../../src/cli/server/cluster/config_hash.ts";
import { FailedAttempts } from "../../../../src/cli/server/cluster/failed_attempts.ts";
import { advertisedAddress, nodeName } from "../../../../src/cli/server/cluster/node_identity.ts";
import type { TokenEntry } from "../../../../src/config/mod.ts";
import type { ServerEvent } from "../../../../src/log/mod.ts";
import { configOf } from "./joining.ts";

const LOCAL = "127.0.0.1:4222";

function token(name: string, more: Partial<TokenEntry> = {}): TokenEntry {
  return { name, sha256: "ab", issue: undefined, execute: true, watch: false, evict: false, ...more };
}

Deno.test("the hash of the configuration changes with what should be the same on all servers", async () => {
  const hash = async (text: string, tokens?: readonly TokenEntry[]) =>
    await hashConfig(await configOf(LOCAL, text), tokens);
  const same = [
    await hash(""),
    await hash('user = "u"\npassword = "p"\nadvertise = "h"'),
    await hash("[limits]\npending_ms = 5\n[log]\nformat = 'json'"),
    await hash("[commands.uptime]\n[commands.ping]"),
  ];
  assertEquals(new Set(same).size, 1);
  assertMatch(same[0]!, /^[0-9a-f]{16}$/);
  const others = [
    await hash("[session]\nresume_grace_ms = 1"),
    await hash("[limits]\nrun_timeout_ms = 5"),
    await hash("[tls]\ncert_file = 'c'\nkey_file = 'k'"),
    await hash("[commands.ping]"),
    await hash("[commands.ping]\nmax_rank = 1\n[commands.uptime]"),
    await hash("[commands.ping]\nargs = [{ name = 'a', pattern = 'x' }]\n[commands.uptime]"),
    await hash("[commands.ping]\nargs = [{ name = 'a', pattern = 'y' }]\n[commands.uptime]"),
    await hash("", []),
    await hash("", [token("a")]),
    await hash("", [token("a", { sha256: "cd" })]),
    await hash("", [token("a", { watch: true })]),
  ];
  assertEquals(new Set([same[0], ...others]).size, others.length + 1);
  const [a, b] = [token("a"), token("b")];
  assertEquals(await hash("", [a, b]), await hash("", [b, a]));
});

Deno.test("a node has the configured name, or one that NATS can use", () => {
  assertEquals(nodeName({ node: "web-1" }), "web-1");
  assertMatch(nodeName({ node: "" }), /^[A-Za-z0-9_-]{1,64}$/);
});

Deno.test("clients are told the configured address, or the one that the server listens on", () => {
  const at = (advertise: string, hostname = "10.0.0.1") =>
    advertisedAddress({ advertise }, { transport: "tcp", hostname, port: 6005 });
  assertEquals(at(""), "10.0.0.1:6005");
  assertEquals(at("", "fd00::1"), "[fd00::1]:6005");
  assertEquals([at("", "0.0.0.0"), at("", "::")], ["", ""]);
  assertEquals(at("a.example", "0.0.0.0"), "a.example:6005");
  assertEquals(at("[fd00::1]:7000"), "[fd00::1]:7000");
});

Deno.test("a server that cannot be told to clients is warned of, and so is NATS without TLS", async () => {
  const warnings = async (server: string, host: string, text = "") =>
    clusterWarnings(await configOf(server, text), host);
  assertEquals(await warnings("[::1]:4222", "10.0.0.1"), []);
  assertEquals(await warnings("localhost", "0.0.0.0", 'advertise = "a"'), []);
  assertEquals(await warnings(LOCAL, "0.0.0.0"), [
    "clients of the other servers are not told about this one, because it listens on 0.0.0.0; " +
    "set cluster.advertise",
  ]);
  assertEquals(await warnings("n1.example", "10.0.0.1"), [
    "without cluster.ca_file, n1.example:4222 may be used without TLS: traffic can be read and changed in transit",
  ]);
  assertEquals(await checkCluster(await configOf(LOCAL)), []);
});

Deno.test("failed attempts are reported when all servers have failed, and then every 10 s", () => {
  const events: ServerEvent[] = [];
  let now = 0;
  const attempts = new FailedAttempts({
    servers: ["a:1", "b:1"],
    report: (event) => events.push(event),
    now: () => now,
  });
  attempts.dialFailed("a:1", "refused");
  attempts.dialFailed("a:1", "gone (os error 111)");
  assertEquals(events, []);
  attempts.dialFailed("b:1", "time\x1bout");
  assertEquals(events, [{
    event: "cluster_unreachable",
    message: String.raw`a:1 (gone), b:1 (time\x1bout)`,
  }]);
  for (now = 0; now < 25_000; now += 100) {
    attempts.dialFailed("a:1", "refused");
    attempts.dialFailed("b:1", "refused");
  }
  assertEquals(events.length, 3);
  attempts.failed("no answer");
  assertEquals(events.length, 3);
  now = 60_000;
  attempts.failed("no answer");
  assert(events.length === 4);
  assertEquals(events.at(-1), { event: "cluster_unreachable", message: "no answer" });
});
