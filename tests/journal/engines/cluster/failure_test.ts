import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { AppendRefused } from "../../../../src/journal/engines/cluster/mod.ts";
import { isNatsMissing, NatsServer } from "../../../support/programs/nats_server.ts";
import { PausedProcess } from "./paused_process.ts";
import { compare, TestClusterNode } from "./test_cluster_node.ts";

const ignore = await isNatsMissing();

function isPromotion(kind: string): boolean {
  return kind === "left" || kind === "seated";
}

Deno.test({
  name: "the clients of a node that was killed claim their seats elsewhere, and nobody is promoted",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    const start = () =>
      TestClusterNode.start({ server: server.address, settings: { capacity: 60, waitingCapacity: 5 } });
    await using a = await start();
    await using b = await start();
    await using c = await start();
    for (let i = 0; i < 60; i++) await [a, b, c][i % 3]!.join(`client ${i}`);
    b.clients.add("waits");
    const waiting = { name: "waits", ip: "::1", port: 1, since: 0, leaseMs: 0 };
    await b.node.append({ kind: "join", id: "waits", ...waiting });
    await compare([a, b, c]);
    const before = a.node.state.roster.seats.map(({ ticket }) => ticket);
    const ofA = a.seats.map(({ ticket }) => ticket);
    assertEquals(ofA.length, 20);
    const { id } = a.node;
    await a.kill();
    const killedAt = b.node.state.position;
    await Promise.all(ofA.map((ticket, i) => [b, c][i % 2]!.claim(ticket, `again ${i}`)));
    const { entry, effects } = await b.gone(id);
    assertEquals(entry.record, { kind: "fence", of: id });
    assert(effects[0]?.kind === "node gone" && effects[0].isFenced && effects[0].away.length === 0);
    assertEquals(b.node.state.roster.seats.map(({ ticket }) => ticket), before);
    const since = b.applied.all.filter(({ position }) => position > killedAt);
    assertEquals(since.flatMap(({ effects }) => effects.filter(({ kind }) => isPromotion(kind))), []);
    assertEquals(b.node.state.roster.waiting.size, 1);
    assertEquals((await compare([b, c])).seats.size, 1);
  },
});

Deno.test({
  name: "seats that nobody claims lapse after their time, and those who wait are seated",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    const start = () =>
      TestClusterNode.start({
        server: server.address,
        settings: { capacity: 2, waitingCapacity: 5 },
        graceMs: 500,
      });
    await using a = await start();
    await using b = await start();
    const lost = [await a.join("x"), await a.join("y")];
    const waiting = { name: "waits", ip: "::1", port: 1, since: 0, leaseMs: 0 };
    b.clients.add("waits");
    await b.node.append({ kind: "join", id: "waits", ...waiting });
    const { id } = a.node;
    await a.kill();
    await b.gone(id);
    const { effects, entry } = await b.applied.until(({ entry }) => entry.record.kind === "lapse", 20_000);
    assert(entry.record.kind === "lapse");
    assertEquals(entry.record.seats.map(({ ticket }) => ticket), lost.map((seat) => seat!.ticket));
    assertEquals(effects.map(({ kind }) => kind), ["left", "seated", "left"]);
    assertEquals(b.seats.map(({ client }) => client.id), ["waits"]);
  },
});

Deno.test({
  name: "a node that says goodbye leaves its seats away at once",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    await using a = await TestClusterNode.start({ server: server.address });
    await using b = await TestClusterNode.start({ server: server.address });
    const { ticket } = (await a.join("x"))!;
    const { id } = a.node;
    await a.node.leave(new AbortController().signal);
    const { effects } = await b.gone(id);
    assert(effects[0]?.kind === "node gone" && !effects[0].isFenced);
    assert(b.node.state.roster.seatOf(ticket)!.client.isAway);
    assertEquals(a.events.all.map(({ kind }) => kind), ["resumed"]);
    await b.claim(ticket, "again");
  },
});

Deno.test({
  name: "a node that was stopped for a short while is suspended, and keeps its name and seats",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    const pause = new PausedProcess();
    await using a = await TestClusterNode.start({ server: server.address, pause });
    await using b = await TestClusterNode.start({ server: server.address });
    await a.join("x");
    const { id } = a.node;
    pause.stop();
    for (let i = 0; i < 6; i++) await nextBeat(b);
    pause.continue();
    assert(a.node.isSuspended);
    assertEquals((await assertRejects(() => a.join("y"), AppendRefused)).reason, "suspended");
    await a.event("suspended");
    await a.event("resumed");
    assertEquals(a.node.id, id);
    assertEquals(a.seats.length, 1);
    await a.join("y");
    assertEquals((await compare([a, b])).different, []);
  },
});

async function nextBeat({ applied, node }: TestClusterNode): Promise<void> {
  const { position } = node.state;
  await applied.until((one) => one.position > position && one.entry.node === node.id);
}

/** A client of `a` has claimed its seat at `b` while `a` was stopped and given up. */
async function stopUntilGone(
  pause: PausedProcess,
  a: TestClusterNode,
  b: TestClusterNode,
): Promise<number> {
  const { ticket } = (await a.join("x"))!;
  await a.join("stays");
  await compare([a, b]);
  const { id } = a.node;
  pause.stop();
  await b.gone(id);
  await b.claim(ticket, "moved");
  pause.continue();
  return ticket;
}

Deno.test({
  name: "a node that was given up while it was stopped is suspended, and comes back as another one",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    const pause = new PausedProcess();
    await using a = await TestClusterNode.start({ server: server.address, pause });
    await using b = await TestClusterNode.start({ server: server.address });
    await using c = await TestClusterNode.start({ server: server.address });
    const { id } = a.node;
    const ticket = await stopUntilGone(pause, a, b);
    // It does not know yet that the seat is gone, but that it may be.
    assertEquals(a.node.state.roster.seatOf(ticket)!.client.node, id);
    assert(a.node.isSuspended);
    const leaving = a.node.append({ kind: "leave", ticket, n: 0 });
    assertEquals((await assertRejects(() => a.join("y"), AppendRefused)).reason, "suspended");
    assertEquals((await assertRejects(() => leaving, AppendRefused)).reason, "fenced");
    const renewed = await a.event("renewed");
    assert(renewed.kind === "renewed" && renewed.why === "fenced");
    assertNotEquals(renewed.node, id);
    await a.event("resumed");
    assertEquals(a.node.id, renewed.node);
    assertEquals(a.seats.length, 0);
    const stays = a.node.state.roster.seatById("stays")!;
    assert(stays.client.isAway);
    await a.claim(stays.ticket, "stays");
    assertEquals(a.seats.map(({ ticket }) => ticket), [stays.ticket]);
    assertEquals(b.seats.map(({ ticket }) => ticket), [ticket]);
    const { different, seats } = await compare([a, b, c]);
    assertEquals([different, seats.size], [[], 1]);
  },
});

Deno.test({
  name: "without suspension, a node that was stopped would serve a seat that another one has",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    // Its clock stands still as well, so that it takes its last beat for a new one.
    const pause = new PausedProcess({ clockStops: true });
    await using a = await TestClusterNode.start({ server: server.address, pause });
    await using b = await TestClusterNode.start({ server: server.address });
    const ticket = await stopUntilGone(pause, a, b);
    assert(!a.node.isSuspended && !b.node.isSuspended);
    let echoes = 0;
    a.node.whenEchoed(() => echoes++);
    assertEquals(a.seats.map((seat) => seat.ticket).includes(ticket), true);
    assertEquals(b.seats.map((seat) => seat.ticket), [ticket]);
    // The log is still right: what the node decides is void.
    const refused = await assertRejects(() => a.node.append({ kind: "yield", ticket, n: 0 }), AppendRefused);
    assertEquals(refused.reason, "fenced");
    await a.event("renewed");
    await a.event("resumed");
    assertEquals(echoes, 0, "G11: a proof that waits for its echo is not given, whatever the clock says");
  },
});

Deno.test({
  name: "while the server is away, nodes are suspended and none is given up; releases are done later",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    await using a = await TestClusterNode.start({ server: server.address });
    await using b = await TestClusterNode.start({ server: server.address });
    const { ticket } = (await a.join("x"))!;
    await server.kill();
    const joining = assertRejects(() => a.join("y"), AppendRefused);
    const leaving = a.node.append({ kind: "leave", ticket, n: 0 });
    await Promise.all([a.event("suspended"), b.event("suspended")]);
    assertEquals((await joining).reason, "suspended");
    // Longer than it takes to give up a node. Nothing happens that could be waited for.
    await new Promise((resolve) => setTimeout(resolve, 7_000));
    await server.restart();
    await Promise.all([leaving, a.event("resumed"), b.event("resumed")]);
    for (let i = 0; i < 3; i++) await nextBeat(a);
    assertEquals((await compare([a, b])).seats.size, 1);
    assertEquals(a.node.state.nodes.size, 2);
    assertEquals(a.node.state.roster.size, 0);
    assertEquals([...a.events.all, ...b.events.all].filter(({ kind }) => kind === "renewed"), []);
  },
});
