import { assert, assertEquals, assertRejects } from "@std/assert";
import { LogFault, type LogPort, type NatsLink } from "../../../../src/journal/engines/nats/mod.ts";
import { namesOf } from "../../../../src/journal/engines/nats/names.ts";
import { NatsSnapshots } from "../../../../src/journal/engines/nats/nats_snapshots.ts";
import { isNatsMissing, NatsServer } from "../../../support/programs/nats_server.ts";
import { appendMany, compareNodes, SYSTEM, TestNode } from "./test_node.ts";
import { cutOff } from "./cut_off.ts";

const ignore = await isNatsMissing();
const LARGE = 700_000;

Deno.test({
  name: "a node starts from a snapshot of several chunks after the records before it were purged",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    await using a = await TestNode.start({ servers: [server.address], hasBeats: false });
    await appendMany(a, 300, 20);
    const older = a.snapshot(LARGE);
    await a.driver.saveSnapshot(older);
    await appendMany(a, 300, 20);
    const newer = a.snapshot(LARGE);
    await a.driver.saveSnapshot(newer);
    await a.driver.purge(older.position);
    assertEquals((await a.open.log.describe(1_000)).first, older.position + 1);
    await appendMany(a, 10, 1);
    await using b = await TestNode.start({ servers: [server.address], hasBeats: false });
    assertEquals(b.restored, newer.position);
    await a.driver.append({ t: "x" });
    const { common, different } = compareNodes(a, b);
    assert(common >= 11);
    assertEquals(different, []);
  },
});

Deno.test({
  name: "a node that was cut off while records were purged goes on behind the snapshot",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    let isCut = false;
    const cut = (log: LogPort) => cutOff(log, () => isCut);
    await using a = await TestNode.start({ servers: [server.address], hasBeats: false });
    await using b = await TestNode.start({ servers: [server.address], hasBeats: false, wrap: cut });
    isCut = true;
    await appendMany(a, 250, 20);
    const older = a.snapshot();
    await a.driver.saveSnapshot(older);
    await appendMany(a, 250, 20);
    const newer = a.snapshot();
    await a.driver.saveSnapshot(newer);
    await a.driver.purge(older.position);
    await appendMany(a, 20, 5);
    isCut = false;
    await b.driver.append({ t: "x" });
    assertEquals(b.restored, newer.position);
    assertEquals(b.driver.position, a.driver.position);
    assertEquals(compareNodes(a, b).different, []);
  },
});

Deno.test({
  name: "an older snapshot does not replace a newer one, and one of another log is none",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    await using a = await TestNode.start({ servers: [server.address], hasBeats: false });
    const { snapshots, identity } = a.open;
    const { signal } = new AbortController();
    assertEquals(await snapshots.read(identity, signal), undefined);
    await snapshots.write(identity, { position: 20, state: "newer" }, signal);
    await snapshots.write(identity, { position: 10, state: "older" }, signal);
    assertEquals(await snapshots.read(identity, signal), { position: 20, state: "newer" });
    assertEquals(await snapshots.read("another log", signal), undefined);
  },
});

Deno.test({
  name: "a damaged snapshot is refused",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    await using a = await TestNode.start({ servers: [server.address], hasBeats: false });
    const { snapshots, identity } = a.open;
    const { signal } = new AbortController();
    await snapshots.write(identity, { position: 20, state: "x".repeat(LARGE) }, signal);
    await a.link.request("rank.test.snap.c.20.1", "something else", { timeoutMs: 1_000 });
    const fault = await assertRejects(() => snapshots.read(identity, signal), LogFault, "damaged");
    assertEquals(fault.reason, "lost");
  },
});

Deno.test({
  name: "an attempt to write a snapshot that comes late does not replace a newer one",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    await using a = await TestNode.start({ servers: [server.address], hasBeats: false });
    const { open: { snapshots, identity }, link } = a;
    const { signal } = new AbortController();
    const slow: NatsLink = {
      isConnected: true,
      serverVersion: link.serverVersion,
      publish: link.publish.bind(link),
      subscribe: link.subscribe.bind(link),
      watch: link.watch.bind(link),
      close: () => Promise.resolve(),
      async request(subject, ...rest) {
        if (subject === names.head) await snapshots.write(identity, { position: 20, state: "newer" }, signal);
        return await link.request(subject, ...rest);
      },
    };
    const names = namesOf("test");
    await new NatsSnapshots(slow, names, SYSTEM).write(identity, { position: 10, state: "older" }, signal);
    assertEquals(await snapshots.read(identity, signal), { position: 20, state: "newer" });
  },
});
