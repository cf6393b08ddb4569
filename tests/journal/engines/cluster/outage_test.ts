// What nodes do when their NATS server hangs, comes back without its newest records, or allows no more than it must.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { AppendRefused } from "../../../../src/journal/engines/cluster/mod.ts";
import { LogFault } from "../../../../src/journal/engines/nats/mod.ts";
import { isNatsMissing, NatsServer } from "../../../support/programs/nats_server.ts";
import { LOGIN, permissions, withUser } from "../nats/login_config.ts";
import { loseRecords } from "../nats/lose_records.ts";
import { compare, settled, TestClusterNode } from "./test_cluster_node.ts";

const ignore = await isNatsMissing();

/** @returns whether it was refused because the node is suspended */
async function isSuspended(appending: Promise<unknown>): Promise<boolean> {
  try {
    await appending;
    return false;
  } catch (error) {
    if (error instanceof AppendRefused && error.reason === "suspended") return true;
    throw error;
  }
}

/** Whoever is there has a seat, and whoever has a seat is there. */
function assertNoOrphans(node: TestClusterNode): void {
  assertEquals(new Set(node.seats.map(({ client }) => client.id)), node.clients);
}

Deno.test({
  name:
    "G11: records of clients that left during an outage are applied after it, and no seat is without its client",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    await using a = await TestClusterNode.start({ server: server.address });
    await using b = await TestClusterNode.start({ server: server.address });
    const kept = await Promise.all(Array.from({ length: 20 }, (_, i) => a.join(`client ${i}`)));
    await compare([a, b]);
    server.signal("SIGSTOP");
    const joins = [a, b].flatMap((node) =>
      Array.from({ length: 20 }, async (_, i) => {
        const id = `late ${i}`;
        const wasSuspended = await isSuspended(node.join(id, i < 2 ? 5_000 : 0));
        // Its client was told so, and is gone.
        if (wasSuspended) node.clients.delete(id);
        return wasSuspended;
      })
    );
    const claims = kept.slice(0, 10).map((seat, i) => {
      const { id } = seat!.client;
      a.clients.delete(id);
      const leaving = a.node.append({ kind: i < 5 ? "away" : "leave", ticket: seat!.ticket, n: 0 });
      const claiming = isSuspended(b.claim(seat!.ticket, `claim ${i}`));
      return { leaving: leaving.catch((error) => error), claiming };
    });
    await Promise.all([a.event("suspended"), b.event("suspended")]);
    const refused = await Promise.all([...joins, ...claims.map(({ claiming }) => claiming)]);
    assert(refused.every(Boolean), "all were refused");
    server.signal("SIGCONT");
    await Promise.all([a.event("resumed"), b.event("resumed")]);
    for (const { leaving } of claims) {
      const outcome = await leaving;
      // Whether the claim or the release was first is up to the log.
      assert(!(outcome instanceof Error) || outcome instanceof AppendRefused, `${outcome}`);
    }
    await settled([a, b]);
    assertEquals([...a.events.all, ...b.events.all].filter(({ kind }) => kind === "renewed"), []);
    for (const node of [a, b]) assertNoOrphans(node);
    const { different, seats } = await compare([a, b]);
    assertEquals([different, seats.size], [[], 1]);
    const { roster } = a.node.state;
    for (const seat of kept.slice(10)) assert(roster.seatOf(seat!.ticket)?.client.isAway === false);
    for (const seat of kept.slice(0, 5)) assert(roster.seatOf(seat!.ticket)?.client.isAway, "not lost");
    const undone = a.applied.all.filter(({ entry: { record } }) => record.kind === "leave");
    assert(undone.length > 5, "records of the outage were applied");
    const late = roster.seats.filter(({ client: { id } }) => id.startsWith("late"));
    assert(late.length > 0, "those with leases");
    for (const { client } of late) assert(client.isAway && client.leaseMs > 0, client.id);
    const given = a.applied.all.flatMap(({ entry, effects }) =>
      entry.record.kind === "leave" || entry.record.kind === "yield" ? effects : []
    );
    for (const effect of given) if (effect.kind === "left") assertEquals(effect.seat.client.leaseMs, 0);
  },
});

Deno.test({
  name: "a store that was put back stops all nodes; afterwards, leases may be unknown",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    await using a = await TestClusterNode.start({ server: server.address });
    await using b = await TestClusterNode.start({ server: server.address });
    await a.node.append({ kind: "complete" });
    let count = 0;
    await loseRecords(server, async () => {
      for (let i = 0; i < 20; i++) await a.join(`client ${count++}`);
      await compare([a, b]);
    });
    await server.restart();
    for (const node of [a, b]) {
      const event = await node.event("fault");
      assert(event.kind === "fault");
      assertEquals(event.fault.reason, "lost");
      assertEquals(await assertRejects(() => node.join("y"), LogFault), event.fault);
    }
    await using c = await TestClusterNode.start({ server: server.address });
    const { roster } = c.node.state;
    assertEquals([roster.isComplete, roster.unknownLeaseMs], [false, 5_000]);
    assert(roster.size >= 20 && roster.size < 40, `${roster.size} seats`);
    await c.claim(roster.seats[0]!.ticket, "again");
  },
});

Deno.test({
  name: "nodes with no more than the documented permissions keep snapshots, purge, and start from them",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start({ config: withUser("secret", permissions()) });
    const start = () => TestClusterNode.start({ server: server.address, login: LOGIN, snapshotEvery: 50 });
    await using a = await start();
    await using b = await start();
    for (let i = 0; a.node.state.snapshots.length < 2; i++) await [a, b][i % 2]!.join(`client ${i}`);
    await settled([a, b]);
    await using c = await start();
    assert(Math.min(...c.chains.keys()) > 50, "it should have begun with a snapshot");
    assertEquals((await compare([a, b, c])).seats.size, 1);
    const { id } = c.node;
    await c.node.leave(new AbortController().signal);
    await a.gone(id);
  },
});

Deno.test({
  name: "a node that may not append is not started, and the reason is given",
  ignore,
  fn: async () => {
    const readOnly = permissions().replace('"rank.test.log",', "");
    await using server = await NatsServer.start({ config: withUser("secret", readOnly) });
    const fault = await assertRejects(
      () => TestClusterNode.start({ server: server.address, login: LOGIN }),
      LogFault,
    );
    assertEquals(fault.reason, "denied");
  },
});
