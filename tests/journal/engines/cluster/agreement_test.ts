import { assert, assertEquals, assertRejects } from "@std/assert";
import { AppendRefused } from "../../../../src/journal/engines/cluster/mod.ts";
import { type LogPort, LogRequestError } from "../../../../src/journal/engines/nats/mod.ts";
import { isNatsMissing, NatsServer } from "../../../support/programs/nats_server.ts";
import { Random } from "../../../support/random.ts";
import { drawSeed } from "../../../support/seed.ts";
import { compare, inParallel, settled, TestClusterNode } from "./test_cluster_node.ts";

const ignore = await isNatsMissing();

/** Every tenth acknowledgment is lost, so that records are sent again. */
function losingAcknowledgments(random: Random): (log: LogPort) => LogPort {
  return (log) => ({
    get isConnected() {
      return log.isConnected;
    },
    append: async (...args) => {
      const acknowledgment = await log.append(...args);
      if (random.chance(0.1)) throw new LogRequestError("lost by the test", { isTimeout: true });
      return acknowledgment;
    },
    read: (...args) => log.read(...args),
    readNext: (...args) => log.readNext(...args),
    describe: (...args) => log.describe(...args),
    follow: (listener) =>
      log.follow((sequence, data) => {
        if (!random.chance(0.05)) listener(sequence, data);
      }),
    watch: (listener) => log.watch(listener),
  });
}

Deno.test({
  name: "300 clients of two nodes get exactly 100 seats",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    const start = () => TestClusterNode.start({ server: server.address, settings: { capacity: 100 } });
    await using a = await start();
    await using b = await start();
    const joins = Array.from({ length: 300 }, (_, i) => () => [a, b][i % 2]!.join(`client ${i}`));
    await inParallel(joins, 50);
    await compare([a, b]);
    assertEquals(a.node.state.roster.size, 100);
    assertEquals(a.clients.size + b.clients.size, 100);
    for (const node of [a, b]) {
      assertEquals(new Set(node.seats.map(({ client }) => client.id)), node.clients);
    }
  },
});

Deno.test({
  name: "three nodes agree after random joins, leaves, yields and claims, although acknowledgments are lost",
  ignore,
  fn: async () => {
    const seed = drawSeed();
    console.log(`seed ${seed}`);
    const random = new Random(seed);
    await using server = await NatsServer.start();
    const start = (i: number) =>
      TestClusterNode.start({
        server: server.address,
        wrap: losingAcknowledgments(new Random(seed + i)),
        snapshotEvery: 400,
      });
    await using a = await start(1);
    await using b = await start(2);
    await using c = await start(3);
    const nodes = [a, b, c];
    const counts = new Map<string, number>();
    let serial = 0;
    const act = async (): Promise<void> => {
      const node = random.pick(nodes);
      const own = node.seats.filter(({ client }) => node.clients.has(client.id));
      const kind = own.length < 5 ? "join" : random.pick(["join", "leave", "yield", "claim"] as const);
      const id = `client ${serial++}`;
      try {
        if (kind === "join") await node.join(id);
        else if (kind === "claim") await node.claim(random.pick(node.node.state.roster.seats).ticket, id);
        else {
          const { ticket, client: { n, id: leaving } } = random.pick(own);
          if (kind === "leave") node.clients.delete(leaving);
          await node.node.append({ kind, ticket, n });
        }
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
      } catch (error) {
        if (!(error instanceof AppendRefused)) throw error;
        counts.set(error.reason, (counts.get(error.reason) ?? 0) + 1);
      }
    };
    await inParallel(Array.from({ length: 1_500 }, () => act), 30);
    await settled(nodes);
    const { common, different, seats } = await compare(nodes);
    console.log(`${common} positions; ${JSON.stringify(Object.fromEntries(counts))}`);
    assert(common >= 1_500, `only ${common} positions were compared`);
    assertEquals(different, []);
    assertEquals(seats.size, 1);
    assertEquals(counts.get("fenced"), undefined);
    for (const kind of ["join", "leave", "yield", "claim"]) assert((counts.get(kind) ?? 0) > 50, kind);
    assert(a.node.state.snapshots.length === 2);
    await using d = await start(4);
    assert(Math.min(...d.chains.keys()) > 400, "it should have begun with a snapshot");
    assertEquals((await compare([a, d])).different, []);
  },
});

Deno.test({
  name: "of two nodes that claim a seat at the same moment, one gets it, and the other is told",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    const start = () => TestClusterNode.start({ server: server.address });
    await using a = await start();
    await using b = await start();
    await using c = await start();
    for (let round = 0; round < 50; round++) {
      const { ticket } = (await a.join(`client ${round}`))!;
      await compare([a, b, c]);
      const results = await Promise.allSettled([b, c].map((node) => node.claim(ticket, `claim ${round}`)));
      const refused = results.filter((result) => result.status === "rejected");
      assertEquals(refused.map(({ reason }) => reason.reason), ["resumed since"]);
      await compare([a, b, c]);
    }
    assertEquals(b.seats.length + c.seats.length, 50);
    assertEquals(a.seats.length, 0);
  },
});

Deno.test({
  name: "a seat whose client has gone when its record is applied is given up",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    await using a = await TestClusterNode.start({ server: server.address });
    const joining = a.join("x");
    a.clients.delete("x");
    const seat = (await joining)!;
    await a.applied.until(({ entry: { record } }) => record.kind === "leave");
    assert(!a.node.state.roster.isSeated(seat));
  },
});

Deno.test({
  name: "what changes nothing is refused with its reason",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    await using a = await TestClusterNode.start({ server: server.address });
    const { ticket } = (await a.join("x"))!;
    for (
      const [record, reason] of [
        [{ kind: "leave", ticket, n: 3 }, "resumed since"],
        [{ kind: "leave", ticket: ticket + 1, n: 0 }, "no such seat"],
        [{ kind: "claim", ticket, n: 0, id: "y", presented: "wrong" }, "wrong token"],
      ] as const
    ) {
      const refused = await assertRejects(() => a.node.append(record), AppendRefused);
      assertEquals(refused.reason, reason);
    }
  },
});
