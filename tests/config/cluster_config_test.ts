// The table [cluster]: its values, and the message for each mistake, with its place.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { compareConfig, loadServerConfig } from "../../src/config/mod.ts";
import { CLUSTER_SETTINGS } from "../../src/config/keys/cluster_keys.ts";
import { hasCluster } from "../../src/config/keys/mod.ts";
import { ConfigError, renderProblem } from "../../src/config/toml/config_error.ts";
import type { ConfigInput } from "../../src/config/reader/settings_reader.ts";

const SERVERS = 'servers = ["n1"]';

function input(text: string): ConfigInput {
  return { file: { path: "s.toml", directory: "/etc/rank", text } };
}

/** @param text the lines of the table, the first of which is line 2 */
async function clusterOf(text: string) {
  return (await loadServerConfig(input(`[cluster]\n${text}`))).cluster;
}

async function messagesOf(given: ConfigInput): Promise<string[]> {
  return (await assertRejects(() => loadServerConfig(given), ConfigError)).problems.map(renderProblem);
}

Deno.test("without servers there is no cluster", async () => {
  const { cluster } = await loadServerConfig({});
  assert(!hasCluster(cluster));
  assertEquals([cluster.name, cluster.node, cluster.replicas, cluster.sharePort], ["default", "", 1, false]);
});

Deno.test("servers get the port of NATS, and files begin in the directory of the configuration", async () => {
  const cluster = await clusterOf(
    'servers = ["n1", "n2:4000", "::1", "[::1]:5000"]\nname = "web_1"\nnode = "a-2"\nreplicas = 3\n' +
      'user = "rank"\npassword_file = "pw"\nca_file = "ca.pem"\nshare_port = true\nadvertise = "a.example:7000"',
  );
  assert(hasCluster(cluster));
  assertEquals(cluster.servers, ["n1:4222", "n2:4000", "[::1]:4222", "[::1]:5000"]);
  assertEquals([cluster.name, cluster.node, cluster.replicas], ["web_1", "a-2", 3]);
  assertEquals([cluster.passwordFile, cluster.caFile], ["/etc/rank/pw", "/etc/rank/ca.pem"]);
  assertEquals([cluster.user, cluster.sharePort, cluster.advertise], ["rank", true, "a.example:7000"]);
  assert(Object.isFrozen(cluster) && Object.isFrozen(cluster.servers));
});

Deno.test("a variable sets the servers, separated by commas", async () => {
  const env = { RANKSERVER_CLUSTER_SERVERS: "n1,n2:4000", RANKSERVER_CLUSTER_SHARE_PORT: "true" };
  const { cluster } = await loadServerConfig({ env });
  assertEquals([cluster.servers, cluster.sharePort], [["n1:4222", "n2:4000"], true]);
});

Deno.test("impossible values are refused with their places", async () => {
  const cases: [line: string, message: string][] = [
    [
      'servers = ["nats://n1:4222"]',
      '2:12: "cluster.servers[0]" must be an address such as HOST, HOST:PORT or [::1]:PORT, without user, ' +
      'current value is "nats://n1:4222"',
    ],
    [
      'servers = ["n1", "n2:0"]',
      '2:18: "cluster.servers[1]" must be HOST, HOST:PORT or [::1]:PORT with a port from 1 to 65535, current value is "n2:0"',
    ],
    [
      `advertise = "a:70000"\n${SERVERS}`,
      '2:1: "cluster.advertise" must be HOST, HOST:PORT or [::1]:PORT with a port from 1 to 65535, ' +
      'current value is "a:70000"',
    ],
    [
      `name = "a.b"\n${SERVERS}`,
      '2:1: "cluster.name" must be letters, digits, "_" and "-", current value is "a.b"',
    ],
    [
      `node = "a b"\n${SERVERS}`,
      '2:1: "cluster.node" must be letters, digits, "_" and "-", current value is "a b"',
    ],
    [`name = ""\n${SERVERS}`, '2:1: "cluster.name" must not be empty'],
    [
      `replicas = 2\n${SERVERS}`,
      '2:1: "cluster.replicas" must be 1 or 3, current value is 2; two replicas stop when either of them does',
    ],
    [
      `replicas = 5\n${SERVERS}`,
      '2:1: "cluster.replicas" must be a whole number from 1 to 3, current value is 5',
    ],
    ["server = []", '2:1: unknown key "cluster.server"; did you mean "cluster.servers"?'],
  ];
  for (const [line, message] of cases) {
    assertEquals(await messagesOf(input(`[cluster]\n${line}`)), [`s.toml:${message}`]);
  }
});

Deno.test("a wrong address in a variable is refused with the variable", async () => {
  assertEquals(await messagesOf({ env: { RANKSERVER_CLUSTER_SERVERS: "n1:99999" } }), [
    "RANKSERVER_CLUSTER_SERVERS must be HOST, HOST:PORT or [::1]:PORT with a port from 1 to 65535, " +
    'current value is "n1:99999"',
  ]);
});

Deno.test("no message repeats a password", async () => {
  const messages = await messagesOf(input(`[cluster]\n${SERVERS}\nuser = "u"\npassword = "top\\nsecret"`));
  assertEquals(
    messages,
    [
      's.toml:4:1: "cluster.password" must be a text of at most 256 characters without control characters',
      's.toml:3:1: "cluster.user" requires "cluster.password_file"; NATS needs both a user and a password',
    ].toReversed(),
  );
  const env = { RANKSERVER_CLUSTER_SERVERS: "rank:top-secret@n1" };
  assert(!(await messagesOf({ env })).join().includes("secret"));
});

Deno.test("keys that exclude or need each other are refused", async () => {
  const both = "NATS needs both a user and a password";
  const cases: [lines: string, message: string][] = [
    [
      'user = "u"\npassword = "p"\nnkey_file = "k"',
      '5:1: "cluster.nkey_file" cannot be set together with "cluster.user"; remove one of the two',
    ],
    [
      'user = "u"\npassword = "p"\npassword_file = "f"',
      '4:1: "cluster.password" cannot be set together with "cluster.password_file"; remove one of the two',
    ],
    ['password = "p"', `3:1: "cluster.password" requires "cluster.user"; ${both}`],
    ['password_file = "f"', `3:1: "cluster.password_file" requires "cluster.user"; ${both}`],
    ['user = "u"', `3:1: "cluster.user" requires "cluster.password_file"; ${both}`],
    [
      '[journal]\nfile = "j.db"',
      '4:1: "journal.file" cannot be set together with "cluster.servers"; ' +
      "the servers of a cluster keep their seats in NATS; remove one of the two",
    ],
    [
      "[session]\nlease_max_ms = 2_999",
      '4:1: "session.lease_max_ms" must be at least 3000 with "cluster.servers", current value is 2999; ' +
      "a server of a cluster may take half a second to confirm a lease",
    ],
  ];
  for (const [lines, message] of cases) {
    assertEquals(await messagesOf(input(`[cluster]\n${SERVERS}\n${lines}`)), [`s.toml:${message}`]);
  }
});

Deno.test("every other key needs servers", async () => {
  const given: Record<string, string> = {
    name: '"x"',
    node: '"x"',
    replicas: "3",
    user: '"x"',
    password_file: '"x"',
    password: '"x"',
    nkey_file: '"x"',
    ca_file: '"x"',
    share_port: "true",
    advertise: '"x"',
  };
  for (const { key } of Object.values(CLUSTER_SETTINGS).slice(1)) {
    assertEquals(await messagesOf(input(`[cluster]\n${key} = ${given[key]}`)), [
      `s.toml:2:1: "cluster.${key}" requires "cluster.servers"; add the addresses of the NATS servers`,
    ]);
  }
});

Deno.test("every change of [cluster] needs a restart", async () => {
  const before = await loadServerConfig(input(`[cluster]\n${SERVERS}\nuser = "u"\npassword = "p"`));
  const after = await loadServerConfig(input('[cluster]\nservers = ["n2"]\nuser = "u"\npassword = "q"'));
  assertEquals(compareConfig(before, after), {
    live: [],
    restart: ["cluster.servers", "cluster.password"],
  });
});
