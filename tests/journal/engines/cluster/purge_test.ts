import { assert, assertEquals } from "@std/assert";
import type { LogPort } from "../../../../src/journal/engines/nats/mod.ts";
import { isNatsMissing, NatsServer } from "../../../support/programs/nats_server.ts";
import { PausedProcess } from "./paused_process.ts";
import { compare, TestClusterNode } from "./test_cluster_node.ts";
import { cutOff } from "../nats/cut_off.ts";

const ignore = await isNatsMissing();
const EVERY = 100;

async function firstSequence({ link }: TestClusterNode): Promise<number> {
  const { data } = await link.request("$JS.API.STREAM.INFO.RANK_test", "", { timeoutMs: 5_000 });
  return JSON.parse(new TextDecoder().decode(data)).state.first_seq;
}

Deno.test({
  name:
    "a node that has missed records which were purged goes on with a snapshot, and gives up what nobody has",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    const pause = new PausedProcess();
    let isCut = false;
    const wrap = (log: LogPort) => cutOff(log, () => isCut);
    // The first one by name keeps the snapshots.
    const options = { server: server.address, snapshotEvery: EVERY };
    await using a = await TestClusterNode.start({ ...options, name: "a" });
    await using b = await TestClusterNode.start({ ...options, name: "b", pause, wrap });
    await b.join("stays");
    const left = (await b.join("leaves"))!;
    const { id } = b.node;
    pause.stop();
    isCut = true;
    for (let i = 0; await firstSequence(a) <= EVERY; i++) await a.join(`client ${i}`);
    isCut = false;
    b.clients.delete("leaves");
    pause.continue();
    await b.event("loaded");
    await a.applied.until(({ entry }) =>
      entry.node === id && entry.record.kind === "away" && entry.record.ticket === left.ticket
    );
    assertEquals(b.node.id, id);
    assertEquals(b.seats.map(({ client }) => client.id), ["stays"]);
    const { different, seats } = await compare([a, b]);
    assertEquals([different, seats.size], [[], 1]);
    assert(!b.chains.has(EVERY), "it should have missed records");
  },
});
