import { assert, assertEquals } from "@std/assert";
import type { LogPort } from "../../../../src/journal/engines/nats/mod.ts";
import { LogRequestError } from "../../../../src/journal/engines/nats/mod.ts";
import { Random } from "../../../support/random.ts";
import { drawSeed } from "../../../support/seed.ts";
import { isNatsMissing, NatsServer } from "../../../support/programs/nats_server.ts";
import { appendMany, compareNodes, TestNode } from "./test_node.ts";

const ignore = await isNatsMissing();

/** Loses every tenth acknowledgment and republished record, and every fifth answer to a fetch. */
function faulty(random: Random): (log: LogPort) => LogPort {
  const lose = (chance: number) => {
    if (random.chance(chance)) throw new LogRequestError("lost by the test", { isTimeout: true });
  };
  return (log) => ({
    get isConnected() {
      return log.isConnected;
    },
    append: async (...args) => {
      const acknowledgment = await log.append(...args);
      lose(0.1);
      return acknowledgment;
    },
    read: async (...args) => {
      const data = await log.read(...args);
      lose(0.2);
      return data;
    },
    readNext: (...args) => log.readNext(...args),
    describe: (...args) => log.describe(...args),
    follow: (listener) =>
      log.follow((sequence, data) => {
        if (!random.chance(0.1)) listener(sequence, data);
      }),
    watch: (listener) => log.watch(listener),
  });
}

Deno.test({
  name: "two nodes that append at the same time agree, although acknowledgments and records are lost",
  ignore,
  fn: async () => {
    const seed = drawSeed();
    console.log(`seed ${seed}`);
    await using server = await NatsServer.start();
    const start = (offset: number) =>
      TestNode.start({ servers: [server.address], wrap: faulty(new Random(seed + offset)) });
    await using a = await start(1);
    await using b = await start(2);
    const [ofA, ofB] = await Promise.all([appendMany(a, 1_000, 20), appendMany(b, 1_000, 20)]);
    assertEquals(new Set([...ofA!, ...ofB!]).size, 2_000);
    const last = await a.driver.append({ t: "x" });
    while (b.driver.position < last) await b.driver.append({ t: "x" });
    const { common, different } = compareNodes(a, b);
    assert(common >= 2_000, `only ${common} positions were compared`);
    assertEquals(different, []);
    assertEquals(new Set(a.applied).size, a.applied.length);
  },
});

Deno.test({
  name: "a node that starts later applies everything that is in the log",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    await using a = await TestNode.start({ servers: [server.address], hasBeats: false });
    await appendMany(a, 3_000, 50);
    await using b = await TestNode.start({ servers: [server.address], hasBeats: false });
    assertEquals(b.driver.position, 3_002);
    await a.driver.append({ t: "x" });
    assertEquals(compareNodes(a, b).different, []);
    assertEquals(b.applied.slice(0, 3_000), a.applied.slice(0, 3_000));
  },
});
