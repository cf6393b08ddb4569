import { assert, assertEquals } from "@std/assert";
import type { RunCounts, RunResult } from "../../../src/protocol/methods/mod.ts";
import type { Id } from "../../../src/protocol/json_rpc/mod.ts";
import { type Connection, LIMITS, RunCluster, type RunClusterOptions } from "./run_cluster.ts";
import { GOOD_LINK } from "./fake_link.ts";

/** Two or three servers, and clients that keep what they get. */
class Scene {
  readonly cluster: RunCluster;
  readonly clients: Connection[] = [];
  /** By connection: the commands that it got, with the number if it is to answer. */
  readonly got = new Map<Connection, { command: string; id: number | undefined }[]>();

  constructor(options: Partial<RunClusterOptions> = {}) {
    this.cluster = new RunCluster({ servers: ["a", "b", "c"], faults: GOOD_LINK, ...options });
  }

  /** One client after the other at these servers; the index is the rank. */
  join(...servers: string[]): Connection[] {
    for (const server of servers) {
      const client = this.cluster.server(server).join(`client ${this.clients.length}`);
      this.clients.push(this.watch(client));
      this.cluster.settle();
    }
    return this.clients;
  }

  watch(client: Connection): Connection {
    const got: { command: string; id: number | undefined }[] = [];
    this.got.set(client, got);
    client.onExecute = ({ args }, id) => void got.push({ command: args[0]!, id });
    return client;
  }

  claim(server: string, old: Connection): Connection {
    return this.watch(this.cluster.server(server).claim(old.seat!.ticket, old.name)!);
  }

  tell(issuer: Connection, command: string): void {
    const { fanOut, roster } = issuer.server;
    assert(roster.length > issuer.seat!.rank + 1);
    fanOut.toAllBelow(issuer.seat!, "do", [command]);
    fanOut.flush();
  }

  run(issuer: Connection, command: string, { key = command as Id, to = -1, timeoutMs = 10_000 } = {}): Told {
    const told = new Told();
    const { runs, fanOut, roster } = issuer.server;
    const below = roster.slice(issuer.seat!.rank + 1);
    runs.begin({
      issuer: issuer.seat!,
      key,
      command: "do",
      args: [command],
      executors: to < 0 ? below : below.filter((_, index) => index === to - 1),
      timeoutMs,
      results: "all",
      onResult: (result) => void told.results.push(result),
      onEnd: (counts) => void told.ends.push(counts),
    });
    fanOut.flush();
    return told;
  }

  /** Answers the last command. */
  answer(client: Connection, stdout = ""): void {
    const { id } = this.got.get(client)!.at(-1)!;
    client.server.runs.answer(client, id!, { status: "ok", code: 0, stdout, stderr: "" });
  }

  commandsOf(client: Connection): string[] {
    return this.got.get(client)!.map(({ command }) => command);
  }

  /** Nothing of any run or message is kept. */
  isEmpty(): void {
    this.cluster.settle(60_000);
    for (const { runs, remote, faults, isDead } of this.cluster.servers.values()) {
      if (!isDead) assertEquals([runs.inFlight, remote.foreignInFlight, faults], [0, 0, []]);
    }
    assertEquals(this.cluster.clock.timers, 0);
  }
}

/** What an issuer was told of a run. */
class Told {
  readonly results: RunResult[] = [];
  readonly ends: RunCounts[] = [];

  get statuses(): string[] {
    assertEquals(this.ends.length, 1, "the run has not ended once");
    return [...this.results].sort((a, b) => a.rank - b.rank).map(({ status }) => status);
  }
}

const cancelsOf = (client: Connection) => client.notes.filter(({ method }) => method === "cancel").length;

Deno.test("a command reaches all members below its issuer, at every server, and none above", () => {
  const scene = new Scene();
  const clients = scene.join("b", "a", "b", "c", "a", "c");
  scene.tell(clients[1]!, "x");
  scene.cluster.settle();
  assertEquals(clients.map((client) => scene.commandsOf(client).length), [0, 0, 1, 1, 1, 1]);
  scene.isEmpty();
});

Deno.test("the issuer's rank, ticket, name and epoch arrive as its server states them", () => {
  const scene = new Scene();
  const [issuer, near, far] = scene.join("a", "a", "b");
  scene.tell(issuer!, "x");
  scene.cluster.settle();
  assertEquals(near!.texts, far!.texts);
});

Deno.test("a text client of another server is shown the command, and its part of a run is delivered", () => {
  const scene = new Scene();
  const [issuer, reader] = scene.join("a", "b");
  reader!.mode = "text";
  scene.tell(issuer!, "x");
  const told = scene.run(issuer!, "y");
  scene.cluster.settle();
  assertEquals(reader!.texts, [
    "Rank 0 (client 0) commands: do x\n",
    "Rank 0 (client 0) commands: do y\n",
  ]);
  assertEquals(told.statuses, ["delivered"]);
  scene.isEmpty();
});

Deno.test("a client that joins after a command was accepted does not get it, however late the command comes", () => {
  const scene = new Scene();
  const [issuer, first] = scene.join("a", "b");
  scene.cluster.link.faults = { ...GOOD_LINK, loss: 1 };
  scene.tell(issuer!, "x");
  scene.cluster.clock.advance(100);
  const late = scene.watch(scene.cluster.server("b").join("late"));
  scene.cluster.clock.advance(100);
  assertEquals(late.seat?.rank, 2);
  scene.cluster.link.faults = GOOD_LINK;
  scene.cluster.settle();
  assertEquals([scene.commandsOf(first!), scene.commandsOf(late)], [["x"], []]);
});

Deno.test("a command waits for the records that its issuer's server had applied", () => {
  const scene = new Scene();
  const [issuer] = scene.join("a");
  const { clock } = scene.cluster;
  const b = scene.cluster.server("b");
  b.stop();
  const executor = scene.watch(b.join("new"));
  clock.advance(100);
  assertEquals(scene.cluster.server("a").roster.length, 2);
  scene.tell(issuer!, "x");
  const told = scene.run(issuer!, "y");
  clock.advance(1_500);
  assertEquals(scene.commandsOf(executor), []);
  b.goOn();
  clock.advance(10);
  assertEquals(scene.commandsOf(executor), ["x", "y"]);
  scene.answer(executor);
  clock.advance(10);
  assertEquals(told.statuses, ["ok"]);
  scene.isEmpty();
});

Deno.test("a command that would wait for too long is dropped, and its executors are lost", () => {
  const scene = new Scene();
  const [issuer, executor] = scene.join("a", "b");
  const b = scene.cluster.server("b");
  b.stop();
  scene.cluster.server("c").join("other");
  scene.cluster.clock.advance(100);
  scene.tell(issuer!, "x");
  const told = scene.run(issuer!, "y", { to: 1 });
  scene.cluster.clock.advance(2_100);
  assertEquals(told.statuses, ["lost"]);
  b.goOn();
  scene.cluster.settle();
  assertEquals([scene.commandsOf(executor!), b.dropped], [[], ["a late", "a late"]]);
  scene.isEmpty();
});

Deno.test("G7: a run over three servers ends with one status of each executor, and their output", () => {
  const scene = new Scene();
  const [issuer, ...executors] = scene.join("a", "b", "a", "c", "b");
  const told = scene.run(issuer!, "x");
  scene.cluster.settle();
  for (const executor of executors.reverse()) scene.answer(executor, `from ${executor.name}`);
  assertEquals(told.ends, []);
  scene.cluster.settle();
  assertEquals(told.statuses, ["ok", "ok", "ok", "ok"]);
  for (const { name, stdout } of told.results) assertEquals(stdout, `from ${name}`);
  for (const executor of executors) {
    assert(
      !executor.server.runs.answer(executor, scene.got.get(executor)![0]!.id!, { status: "ok", code: 0 }),
    );
  }
  scene.isEmpty();
});

Deno.test("an executor's server cuts its output, and the result says so", () => {
  const scene = new Scene();
  const [issuer, executor] = scene.join("a", "b");
  const told = scene.run(issuer!, "x");
  scene.cluster.settle();
  const before = scene.cluster.link.packets.length;
  scene.answer(executor!, "x".repeat(100_000));
  scene.cluster.settle();
  assertEquals([told.results[0]!.stdout!.length, told.results[0]!.cut], [LIMITS.outputBytes, true]);
  for (const { bytes } of scene.cluster.link.packets.slice(before)) assert(bytes.length < 1_000);
});

Deno.test("a member without the right to execute refuses, as its own server knows it", () => {
  const scene = new Scene();
  const [issuer, executor] = scene.join("a", "b");
  executor!.rights = { ...executor!.rights, execute: false };
  scene.tell(issuer!, "x");
  const told = scene.run(issuer!, "y");
  scene.cluster.settle();
  assertEquals([told.statuses, executor!.texts], [["refused"], []]);
  scene.isEmpty();
});

Deno.test("runs and other commands of one issuer arrive in the order in which they were accepted", () => {
  const scene = new Scene();
  const [issuer, near, far] = scene.join("a", "a", "b");
  const { fanOut, runs } = issuer!.server;
  const seat = issuer!.seat!;
  const begin = (command: string) => {
    const callbacks = { onResult() {}, onEnd() {} };
    const executors = issuer!.server.roster.slice(1);
    runs.begin({
      issuer: seat,
      key: command,
      command: "do",
      args: [command],
      executors,
      timeoutMs: 9_000,
      results: "none",
      ...callbacks,
    });
  };
  const [, , farSeat] = issuer!.server.roster;
  fanOut.toAllBelow(seat, "do", ["1"]);
  fanOut.toAllBelow(seat, "do", ["2"]);
  begin("3");
  begin("4");
  fanOut.toAllBelow(seat, "do", ["5"]);
  fanOut.toChosen(seat, [farSeat!], "do", ["6"]);
  fanOut.toChosen(seat, issuer!.server.roster.slice(1), "do", ["7"]);
  begin("8");
  fanOut.flush();
  scene.cluster.settle();
  assertEquals(scene.commandsOf(near!), ["1", "2", "3", "4", "5", "7", "8"]);
  assertEquals(scene.commandsOf(far!), ["1", "2", "3", "4", "5", "6", "7", "8"]);
  runs.cancelAll();
  scene.isEmpty();
});

Deno.test("cancelling a run cancels the work at other servers, and ends it there", () => {
  const ends: Record<string, (scene: Scene, issuer: Connection) => void> = {
    "by its issuer": (_, issuer) => void issuer.server.runs.cancel(issuer, "x"),
    "its issuer leaves": (_, issuer) => issuer.leave(),
    "its issuer's connection ends": (_, issuer) => issuer.close(),
    "its server shuts down": (_, issuer) => issuer.server.runs.cancelAll(),
    "its server is gone": (scene, issuer) => {
      issuer.server.append({ kind: "bye" });
      issuer.server.kill();
      scene.cluster.settle();
    },
  };
  for (const [name, end] of Object.entries(ends)) {
    const scene = new Scene();
    const [issuer, executor] = scene.join("a", "b");
    scene.run(issuer!, "x");
    scene.cluster.settle();
    end(scene, issuer!);
    scene.cluster.settle();
    assertEquals(cancelsOf(executor!), 1, name);
    assertEquals(executor!.server.remote.foreignInFlight, 0, name);
    const { id } = scene.got.get(executor!)![0]!;
    assert(!executor!.server.runs.answer(executor!, id!, { status: "ok", code: 0 }), name);
    scene.isEmpty();
  }
});

Deno.test("a time-out keeps what a program at another server had printed", () => {
  const scene = new Scene();
  const [issuer, executor, silent] = scene.join("a", "b", "b");
  executor!.onNote = ({ method }) => method === "cancel" && scene.answer(executor!, "half");
  const told = scene.run(issuer!, "x", { timeoutMs: 1_000 });
  scene.cluster.settle();
  assertEquals(told.statuses, ["timed_out", "timed_out"]);
  assertEquals(told.results.map(({ stdout }) => stdout), ["half", undefined]);
  assertEquals([cancelsOf(executor!), cancelsOf(silent!)], [1, 1]);
  scene.isEmpty();
});

Deno.test("an executor whose connection ends, or that leaves or yields, is lost", () => {
  const ends: Record<string, (executor: Connection) => void> = {
    closes: (executor) => executor.close(),
    leaves: (executor) => executor.leave(),
    yields: (executor) => executor.yield(),
  };
  for (const [name, end] of Object.entries(ends)) {
    const scene = new Scene();
    const [issuer, executor] = scene.join("a", "b", "b");
    const told = scene.run(issuer!, "x", { to: 1 });
    scene.cluster.settle();
    end(executor!);
    scene.cluster.settle();
    assertEquals(told.statuses, ["lost"], name);
    scene.isEmpty();
  }
});

Deno.test("executors of a server that is gone are lost, wherever their clients are by then", () => {
  const scene = new Scene();
  const [issuer, stays, moves] = scene.join("a", "b", "b");
  const told = scene.run(issuer!, "x");
  scene.cluster.settle();
  scene.cluster.server("b").append({ kind: "bye" });
  scene.cluster.server("b").kill();
  const moved = scene.claim("c", moves!);
  scene.cluster.settle();
  assertEquals(told.statuses, ["lost", "lost"]);
  assertEquals([scene.commandsOf(stays!), scene.commandsOf(moves!), scene.commandsOf(moved)], [
    ["x"],
    ["x"],
    [],
  ]);
  scene.isEmpty();
});

Deno.test("an executor that moves while it works is lost, and is not sent the command again", () => {
  for (const server of ["a", "b", "c"]) {
    const scene = new Scene();
    const [issuer, executor] = scene.join("a", "b");
    const told = scene.run(issuer!, "x");
    scene.cluster.settle();
    const moved = scene.claim(server, executor!);
    scene.cluster.settle();
    assertEquals([told.statuses, scene.commandsOf(moved)], [["lost"], []], server);
    scene.isEmpty();
  }
});

/** The executor is at "b"; before its server gets the run, it moves. */
function movedBefore(
  ...servers: string[]
): { scene: Scene; issuer: Connection; told: Told; moved: Connection } {
  const scene = new Scene();
  const [issuer, executor] = scene.join("a", "b");
  scene.cluster.server("a").stop();
  let moved = executor!;
  for (const server of servers) {
    moved = scene.claim(server, moved);
    scene.cluster.clock.advance(10);
  }
  const told = scene.run(issuer!, "x");
  scene.cluster.clock.advance(10);
  assertEquals(scene.commandsOf(executor!), []);
  return { scene, issuer: issuer!, told, moved };
}

Deno.test("an executor that has moved before it got the command is sent it at its new server, once", () => {
  for (const server of ["a", "b", "c"]) {
    const { scene, told, moved } = movedBefore(server);
    scene.cluster.server("a").goOn();
    scene.cluster.settle();
    assertEquals(scene.commandsOf(moved), ["x"], server);
    scene.answer(moved, "done");
    scene.cluster.settle();
    assertEquals([told.statuses, told.results[0]!.stdout], [["ok"], "done"], server);
    scene.isEmpty();
  }
});

Deno.test("a command is not sent on behind those that its issuer has sent since", () => {
  const scene = new Scene();
  const [issuer, executor] = scene.join("a", "b");
  const { clock, link } = scene.cluster;
  link.faults = { ...GOOD_LINK, loss: 1 };
  const told = scene.run(issuer!, "x");
  clock.advance(10);
  const moved = scene.claim("c", executor!);
  clock.advance(10);
  // Its new server is reached before the old one says that it has moved.
  link.faults = GOOD_LINK;
  scene.tell(issuer!, "y");
  clock.advance(10);
  assertEquals([told.ends, scene.commandsOf(moved)], [[], ["y"]]);
  scene.cluster.settle();
  assertEquals([told.statuses, scene.commandsOf(moved)], [["lost"], ["y"]]);
  scene.isEmpty();
});

Deno.test("a command whose time is over is not sent on", () => {
  const { scene, issuer, told, moved } = movedBefore("c");
  issuer.server.runs.cancelAll();
  issuer.server.goOn();
  scene.cluster.settle();
  assertEquals([told.statuses, scene.commandsOf(moved)], [["cancelled"], []]);
  scene.isEmpty();
});

Deno.test("a run that has timed out is not sent on, although its executors may still answer", () => {
  const scene = new Scene();
  const [issuer, executor] = scene.join("a", "b");
  const { clock, link } = scene.cluster;
  link.faults = { ...GOOD_LINK, loss: 1 };
  const told = scene.run(issuer!, "x", { timeoutMs: 400 });
  clock.advance(10);
  const moved = scene.claim("c", executor!);
  clock.advance(420);
  // What is repeated arrives within the time for late answers.
  link.faults = GOOD_LINK;
  scene.cluster.settle();
  assertEquals([told.statuses, scene.commandsOf(moved)], [["timed_out"], []]);
  scene.isEmpty();
});

Deno.test("what comes late from a server that is gone is dropped", () => {
  const scene = new Scene();
  const [issuer, executor] = scene.join("a", "b");
  scene.cluster.link.faults = { ...GOOD_LINK, loss: 1 };
  scene.tell(issuer!, "x");
  scene.run(issuer!, "y");
  scene.cluster.clock.advance(10);
  const late = scene.cluster.link.packets.filter(({ node }) => node === "b");
  issuer!.server.append({ kind: "bye" });
  scene.cluster.settle();
  for (const { node, bytes } of late) scene.cluster.link.deliver(node, bytes);
  scene.cluster.settle();
  assertEquals([scene.commandsOf(executor!), executor!.server.remote.foreignInFlight], [[], 0]);
  scene.isEmpty();
});

Deno.test("a command without an answer goes to the connection that had the seat when it was accepted, or to none", () => {
  const scene = new Scene();
  const [issuer, executor] = scene.join("a", "b");
  scene.cluster.link.faults = { ...GOOD_LINK, loss: 1 };
  scene.tell(issuer!, "x");
  scene.cluster.clock.advance(10);
  const moved = scene.claim("c", executor!);
  scene.cluster.clock.advance(10);
  scene.cluster.link.faults = GOOD_LINK;
  scene.cluster.settle();
  scene.tell(issuer!, "y");
  scene.cluster.settle();
  assertEquals([scene.commandsOf(executor!), scene.commandsOf(moved)], [[], ["y"]]);
});

Deno.test("what an issuer sent before it moved to another server does not come behind what it sends there", () => {
  const scene = new Scene();
  const [issuer, executor] = scene.join("a", "c");
  scene.cluster.link.faults = { ...GOOD_LINK, loss: 1 };
  scene.tell(issuer!, "1");
  scene.cluster.clock.advance(10);
  const moved = scene.claim("b", issuer!);
  scene.cluster.clock.advance(10);
  scene.cluster.link.faults = GOOD_LINK;
  scene.tell(moved, "2");
  scene.cluster.settle();
  assertEquals(scene.commandsOf(executor!), ["2"]);
});

Deno.test("what an issuer sent before it left is executed", () => {
  const scene = new Scene();
  const [issuer, executor] = scene.join("a", "b");
  scene.tell(issuer!, "1");
  issuer!.leave();
  scene.cluster.settle();
  assertEquals(scene.commandsOf(executor!), ["1"]);
});

Deno.test("the runs of other servers are bounded: one more is refused", () => {
  const scene = new Scene({ limits: { foreignRuns: 2 } });
  const [issuer, executor] = scene.join("a", "b");
  const [first, second, third] = ["1", "2", "3"].map((command) => scene.run(issuer!, command));
  scene.cluster.settle();
  assertEquals([first!.ends, second!.ends, third!.statuses], [[], [], ["refused"]]);
  assertEquals(scene.commandsOf(executor!), ["1", "2"]);
  issuer!.server.runs.cancelAll();
  scene.isEmpty();
});

Deno.test("an executor that cannot read fast enough while it is sent a run is lost, and the others are not", () => {
  const scene = new Scene();
  const [issuer, slow, other] = scene.join("a", "b", "b");
  slow!.onExecute = () => slow!.close();
  const told = scene.run(issuer!, "x");
  scene.cluster.settle();
  scene.answer(other!);
  scene.cluster.settle();
  assertEquals(told.statuses, ["lost", "ok"]);
  scene.isEmpty();
});

Deno.test("a queue that is full: the executors there are lost, and other commands are dropped", () => {
  const scene = new Scene();
  const [issuer] = scene.join("a", "b");
  scene.cluster.link.faults = { ...GOOD_LINK, loss: 1 };
  while (issuer!.server.dropped.length === 0) scene.tell(issuer!, "x".repeat(1_000_000));
  const told = scene.run(issuer!, "x".repeat(1_000_000));
  assertEquals([told.statuses, issuer!.server.dropped], [["lost"], ["b full"]]);
});

Deno.test("a client that is connected to no server is lost, also before the log says so", () => {
  const scene = new Scene();
  const [issuer, executor] = scene.join("a", "a", "b");
  executor!.isOpen = false;
  const told = scene.run(issuer!, "x", { to: 1 });
  assertEquals(told.statuses, ["lost"]);
});

Deno.test("a server with another name gives up what it had begun for others, and what others did for it", () => {
  const scene = new Scene();
  const [issuer, executor] = scene.join("a", "b", "a");
  const own = scene.run(issuer!, "x", { to: 1 });
  const lower = scene.run(executor!, "y");
  scene.cluster.settle();
  const { remote, runs } = executor!.server;
  runs.memberLeft(executor!);
  remote.renewed();
  assertEquals([lower.statuses, remote.foreignInFlight], [["cancelled"], 0]);
  executor!.server.append({ kind: "bye" });
  scene.cluster.settle();
  assertEquals(own.statuses, ["lost"]);
});

Deno.test("a server that has stopped sends nothing more, and keeps no timer", () => {
  const scene = new Scene();
  const [issuer, executor] = scene.join("a", "b");
  const told = scene.run(issuer!, "x");
  scene.cluster.settle();
  const { server } = executor!;
  server.remote.stop();
  const before = scene.cluster.link.packets.length;
  scene.answer(executor!, "x".repeat(1_000_000));
  server.runs.memberLeft(executor!);
  scene.cluster.clock.advance(1_000);
  assertEquals([scene.cluster.link.packets.length, told.ends], [before, []]);
  server.append({ kind: "bye" });
  scene.cluster.settle();
  assertEquals(told.statuses, ["lost"]);
  scene.isEmpty();
});
