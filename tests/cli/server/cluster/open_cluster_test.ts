// Joining a cluster on a real NATS server, and why it may fail.

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { nkeys } from "@nats-io/nats-core";
import { StartupError } from "../../../../src/cli/shared/mod.ts";
import { isNatsMissing, NatsServer } from "../../../support/programs/nats_server.ts";
import { Joining } from "./joining.ts";

const ignore = await isNatsMissing();
const USERS = 'authorization { users = [ { user: "rank", password: "secret" } ] }';

async function failureOf(server: string, text = ""): Promise<StartupError> {
  await using joining = new Joining(server, text);
  return await assertRejects(() => joining.listen(), StartupError);
}

function natsTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore, fn });
}

natsTest("servers join, see each other in the log, and leave", async () => {
  await using nats = await NatsServer.start();
  await using first = new Joining(nats.address);
  const a = await first.listen();
  assertEquals(await first.event("cluster_joined"), {
    event: "cluster_joined",
    cluster: "test",
    node: a.node,
    nodes: [],
  });
  await first.event("cluster_resumed");
  await using second = new Joining(nats.address, 'advertise = "b.example"');
  const b = await second.listen();
  assertEquals((await second.event("cluster_joined")).nodes, [a.node]);
  const joined = await first.event("node_joined");
  assertEquals([joined.node, joined.address], [b.node, "b.example:6001"]);
  assertEquals(
    a.nodes.map(({ id, address }) => [id, address]).toSorted(),
    [
      [a.node, "10.0.0.1:6001"],
      [b.node, "b.example:6001"],
    ].toSorted(),
  );
  await b.leave(AbortSignal.timeout(10_000));
  assertEquals(await first.event("node_left"), { event: "node_left", node: b.node, away: 0 });
});

natsTest("a server with another setting is told which one, with both values", async () => {
  await using nats = await NatsServer.start();
  await using first = new Joining(nats.address);
  await first.listen();
  const cases: [text: string, message: string][] = [
    [
      "[journal]\n[session]\nlease_max_ms = 7_000",
      "the cluster has session.lease_max_ms 10000, but this node has 7000. Set session.lease_max_ms to the same value",
    ],
    [
      '[session]\noverflow = "wait"',
      "the cluster has session.waiting_clients 0, but this node has 1000. Set session.overflow and session.waiting_clients",
    ],
    ["replicas = 3", "nats-server"],
  ];
  for (const [text, message] of cases) {
    const { exitCode, message: found } = await failureOf(nats.address, text);
    assertStringIncludes(found, message);
    assert(found.startsWith('Cannot join the cluster "test": '), found);
    assertEquals(exitCode, 65);
  }
});

natsTest(
  "a rejected login ends the start with exit code 1, and names the user and not the password",
  async () => {
    await using nats = await NatsServer.start({ config: USERS });
    for (const text of ["", 'user = "rank"\npassword = "hunter2"']) {
      const { exitCode, message } = await failureOf(nats.address, text);
      assertStringIncludes(message, "NATS rejected the login");
      assertEquals(exitCode, 1);
      assert(!message.includes("hunter2"));
    }
    await using joining = new Joining(nats.address, 'user = "rank"\npassword = "secret"');
    await joining.listen();
  },
);

natsTest("the password and the key can be in files", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const pair = nkeys.createUser();
    const config =
      `authorization { users = [ { user: "rank", password: "secret" }, { nkey: ${pair.getPublicKey()} } ] }`;
    await using nats = await NatsServer.start({ config });
    const write = async (name: string, text: string) => {
      await Deno.writeTextFile(`${folder}/${name}`, text, { mode: 0o600 });
      return `${folder}/${name}`;
    };
    const password = await write("password", "secret\n");
    const seed = new TextDecoder().decode(pair.getSeed());
    const nkey = await write("nkey", `${seed}\n${pair.getPublicKey()}\n`);
    for (const text of [`user = "rank"\npassword_file = "${password}"`, `nkey_file = "${nkey}"`]) {
      await using joining = new Joining(nats.address, text);
      await joining.listen();
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

natsTest("NATS that is not there is reported and tried again until it is", async () => {
  await using nats = await NatsServer.start();
  await nats.kill();
  await using joining = new Joining(nats.address);
  const joined = joining.listen();
  const { message } = await joining.event("cluster_unreachable");
  assertStringIncludes(message, `${nats.address} (`);
  await nats.restart();
  await joined;
});

natsTest("a start that waits for NATS can be ended", async () => {
  await using nats = await NatsServer.start();
  await nats.kill();
  await using joining = new Joining(nats.address);
  const joined = joining.listen();
  await joining.event("cluster_unreachable");
  const reason = new Error("stopped");
  joining.stop.abort(reason);
  assertEquals(await assertRejects(() => joined), reason);
});

natsTest("a start whose record is not acknowledged can be ended", async () => {
  await using nats = await NatsServer.start();
  await using joining = new Joining(nats.address);
  const cluster = await joining.open();
  nats.signal("SIGSTOP");
  const joined = joining.joinOpened(cluster);
  await joining.event("cluster_unreachable");
  joining.stop.abort(new Error("stopped"));
  await assertRejects(() => joined, Error, "stopped");
  nats.signal("SIGCONT");
});

natsTest("NATS without JetStream is reported", async () => {
  const config = 'accounts { A { users = [ { user: "rank", password: "secret" } ] } }';
  await using nats = await NatsServer.start({ config });
  await using joining = new Joining(nats.address, 'user = "rank"\npassword = "secret"');
  const joined = joining.listen();
  const { message } = await joining.event("cluster_unreachable");
  assertStringIncludes(message, "JetStream");
  joining.stop.abort();
  await assertRejects(() => joined);
});

natsTest("other tokens and commands are reported by both servers", async () => {
  await using nats = await NatsServer.start();
  await using first = new Joining(nats.address);
  const a = await first.listen();
  await using second = new Joining(nats.address);
  const token = {
    name: "t",
    sha256: "0".repeat(64),
    issue: undefined,
    execute: true,
    watch: false,
    evict: false,
  };
  const b = await second.listen([token]);
  assertEquals(await second.event("config_differs"), { event: "config_differs", node: a.node });
  assertEquals(await first.event("config_differs"), { event: "config_differs", node: b.node });
});

natsTest("a stream that was created again ends the work, and the log says why", async () => {
  await using nats = await NatsServer.start();
  await using joining = new Joining(nats.address);
  await joining.listen();
  await joining.event("cluster_resumed");
  await nats.kill();
  await joining.event("cluster_suspended");
  await Deno.remove(nats.store, { recursive: true });
  await nats.restart();
  await using other = new Joining(nats.address);
  await other.listen();
  const { message } = await joining.event("cluster_fault");
  assertStringIncludes(message, "again");
});
