import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { AppendRefused } from "../../../../src/journal/engines/cluster/mod.ts";
import { LogFault, type LogPort } from "../../../../src/journal/engines/nats/mod.ts";
import { isNatsMissing, NatsServer } from "../../../support/programs/nats_server.ts";
import { cutOff } from "../nats/cut_off.ts";
import { PausedProcess } from "./paused_process.ts";
import { joinRecord, TestClusterJournal } from "./test_cluster_journal.ts";

const ignore = await isNatsMissing();

Deno.test({
  name: "two servers see the same seats and each other, and each is told of every record",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    await using a = await TestClusterJournal.listen({
      server: server.address,
      name: "a",
      address: "a.example:6000",
    });
    await using b = await TestClusterJournal.listen({ server: server.address, name: "b" });
    const { ticket } = await a.join("x");
    await b.at(a.journal.position);
    assertEquals(b.journal.state.seatOf(ticket)?.client.node, a.journal.node);
    const told = await b.effect("seated");
    assertStrictEquals(told.seat, b.journal.state.seatOf(ticket));
    assertEquals(b.journal.nodes.map(({ id, address }) => [id, address]), [
      [a.journal.node, "a.example:6000"],
      [b.journal.node, ""],
    ]);
    assert(b.journal.isLive(a.journal.node) && !b.journal.isLive("a"));
    assertEquals(b.journal.state.unknownLeaseMs, 5_000);
    await a.journal.leave(new AbortController().signal);
    const gone = await b.effect("node gone");
    assertEquals([gone.node.id, gone.isFenced], [a.journal.node, false]);
    assertEquals(b.journal.nodes.map(({ id }) => id), [b.journal.node]);
    assertThrows(() => b.journal.listen(b), Error, "listener");
  },
});

Deno.test({
  name: "what happened before there is a listener is only in the state",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    await using a = await TestClusterJournal.start({ server: server.address });
    await using b = await TestClusterJournal.listen({ server: server.address });
    const { ticket } = await b.join("x");
    await a.at(b.journal.position);
    assert(a.journal.state.seatOf(ticket) !== undefined);
    assertEquals(a.told.all, []);
  },
});

Deno.test({
  name: "the listener is told of a record before its append resolves, and a member stays with its seat",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    await using a = await TestClusterJournal.listen({ server: server.address });
    await using b = await TestClusterJournal.listen({ server: server.address });
    const seat = await a.join("x", 5_000);
    const last = a.told.all.at(-1);
    assert(last?.kind === "applied" && last.effects[0]?.kind === "seated" && last.node === a.journal.node);
    assertEquals(seat.member, "nobody");
    a.journal.state.attach(seat, "session x");
    const claim = { ticket: seat.ticket, n: 0 };
    await a.journal.append({ kind: "rename", ...claim, name: "y" });
    await a.journal.append({ kind: "lease", ...claim, leaseMs: 9_000 });
    await a.journal.append({ kind: "yield", ...claim });
    const moved = a.journal.state.seatById("x")!;
    assertEquals([moved.member, moved.client.name, moved.client.leaseMs], ["session x", "y", 9_000]);
    await b.at(a.journal.position);
    b.clients.add("z");
    const token = { presented: "hash x", hash: "hash z" };
    await b.journal.append({ kind: "claim", ticket: moved.ticket, n: 0, id: "z", ...token });
    await a.at(b.journal.position);
    assertEquals(a.journal.state.seatOf(moved.ticket)?.member, "session x");
    assertEquals(b.journal.state.seatOf(moved.ticket)?.member, "nobody");
  },
});

Deno.test({
  name: "a server may remove seats that are away, and is told if there was none",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    await using a = await TestClusterJournal.listen({ server: server.address });
    const [x, y] = [await a.join("x"), await a.join("y")];
    const seats = [x, y].map(({ ticket }) => ({ ticket, n: 0 }));
    const refused = await assertRejects(() => a.journal.append({ kind: "lapse", seats }), AppendRefused);
    assertEquals(refused.reason, "not away");
    await a.journal.append({ kind: "away", ticket: y.ticket, n: 0 });
    await a.journal.append({ kind: "lapse", seats });
    assertEquals(a.journal.state.seats, [x]);
  },
});

Deno.test({
  name: "a beat that was sent after the question comes back, and the state is that of the log",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    await using a = await TestClusterJournal.listen({ server: server.address });
    const { position } = a.journal;
    await new Promise<void>((resolve) => a.journal.whenEchoed(resolve));
    const last = a.told.all.at(-1);
    assert(last?.kind === "applied" && last.effects[0]?.kind === "heard" && last.node === a.journal.node);
    assert(a.journal.position > position);
  },
});

Deno.test({
  name: "a seat whose client the listener does not have is given up; one with a lease is only away",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    await using a = await TestClusterJournal.listen({ server: server.address });
    await a.journal.append(joinRecord("gone", 5_000));
    await a.journal.append(joinRecord("gone too"));
    const left = await a.effect("left");
    assertEquals(left.seat.client.id, "gone too");
    const { isAway } = a.journal.state.seatById("gone")!.client;
    assertEquals([a.journal.state.size, isAway], [1, true]);
  },
});

Deno.test({
  name: "a server that was given up while it was stopped says that all clients must claim their seats",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    const pause = new PausedProcess();
    await using a = await TestClusterJournal.listen({ server: server.address, pause });
    await using b = await TestClusterJournal.listen({ server: server.address });
    const seat = await a.join("x");
    const { node } = a.journal;
    pause.stop();
    // It would come with a beat of the name that has ended.
    a.journal.whenEchoed(() => a.told.push({ kind: "failed", error: new Error("an echo") }));
    await b.effect("node gone");
    pause.continue();
    assert(a.journal.isSuspended);
    const refused = await assertRejects(() => a.journal.append(joinRecord("y")), AppendRefused);
    assertEquals(refused.reason, "suspended");
    const replaced = await a.event("replaced");
    assert(replaced.node !== node && a.journal.node === replaced.node);
    await a.event("resumed");
    assertEquals(a.told.all.filter(({ kind }) => kind === "failed"), []);
    assertEquals(a.told.all.filter(({ kind }) => kind === "replaced").length, 1);
    assert(a.journal.state.seatOf(seat.ticket)!.client.isAway);
    assertEquals(a.journal.nodes.length, 2);
  },
});

Deno.test({
  name: "a server that goes on with a snapshot has another state, and says so",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    const pause = new PausedProcess();
    let isCut = false;
    const options = { server: server.address, snapshotEvery: 50 };
    await using a = await TestClusterJournal.listen({ ...options, name: "a" });
    await using b = await TestClusterJournal.listen({
      ...options,
      name: "b",
      pause,
      wrap: (log: LogPort) => cutOff(log, () => isCut),
    });
    const seat = await b.join("x");
    b.journal.state.attach(seat, "session x");
    const { state } = b.journal;
    pause.stop();
    isCut = true;
    b.journal.whenEchoed(() => b.told.push({ kind: "failed", error: new Error("an echo") }));
    for (let i = 0; await firstSequence(a) <= 50; i++) await a.join(`client ${i}`);
    isCut = false;
    console.log(
      b.journal.position,
      a.journal.position,
      await firstSequence(a),
      b.told.all.map((x) => x.kind).join(),
    );
    pause.continue();
    const replaced = await b.event("replaced").catch(() => {
      console.log(b.told.all.map((x) => x.kind).join(), b.journal.position);
      throw 1;
    });
    assertEquals(replaced.node, b.journal.node);
    assert(b.journal.state !== state);
    assertEquals(b.journal.state.seatOf(seat.ticket)?.member, "nobody");
    await new Promise<void>((resolve) => b.journal.whenEchoed(resolve));
    assertEquals(b.told.all.filter(({ kind }) => kind === "failed"), []);
  },
});

async function firstSequence({ link }: TestClusterJournal): Promise<number> {
  const { data } = await link.request("$JS.API.STREAM.INFO.RANK_test", "", { timeoutMs: 5_000 });
  return JSON.parse(new TextDecoder().decode(data)).state.first_seq;
}

Deno.test({
  name: "while the NATS server is away, the journal is suspended: it refuses all but releases",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    await using a = await TestClusterJournal.listen({ server: server.address });
    const { ticket } = await a.join("x");
    await server.kill();
    await a.event("suspended");
    const leaving = a.journal.append({ kind: "leave", ticket, n: 0 });
    const refused = await assertRejects(() => a.journal.append(joinRecord("y")), AppendRefused);
    assertEquals(refused.reason, "suspended");
    await server.restart();
    await leaving;
    await a.event("resumed");
    assertEquals(a.journal.state.size, 0);
  },
});

Deno.test({
  name: "a log that was created again ends the journal, and the listener is told why",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    await using a = await TestClusterJournal.listen({ server: server.address });
    await a.link.request("$JS.API.STREAM.DELETE.RANK_test", "", { timeoutMs: 5_000 });
    await using _b = await TestClusterJournal.start({ server: server.address });
    const { error } = await a.event("failed");
    assert(error instanceof LogFault && error.reason === "recreated");
    assertEquals(await assertRejects(() => a.journal.append(joinRecord("y"))), error);
  },
});
