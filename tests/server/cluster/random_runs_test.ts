// Random histories of several servers: commands and runs while clients move, servers lag, stop and end, and the link loses,
// doubles, delays and reorders.

import { assert, assertEquals, assertLess } from "@std/assert";
import fc from "fast-check";
import type { RunCounts, RunResult } from "../../../src/protocol/methods/mod.ts";
import type { Seat } from "../../../src/ranks/mod.ts";
import type { Member } from "../../../src/server/connection/mod.ts";
import { Random } from "../../support/random.ts";
import { holds } from "../../support/seed.ts";
import { BAD_LINK } from "./fake_link.ts";
import { type Connection, RunCluster, type TestServer } from "./run_cluster.ts";

const SERVERS = ["a", "b", "c"];

interface Client {
  readonly name: string;
  /** It reads from this one only. */
  current: Connection;
  /** Commands that it has executed, in order. */
  readonly executed: Command[];
  /** The commands that it has sent. */
  sent: number;
  hasLeft: boolean;
}

interface Command {
  readonly issuer: string;
  readonly number: number;
}

interface Begun {
  readonly command: Command;
  readonly executors: readonly string[];
  readonly results: RunResult[];
  readonly ends: RunCounts[];
}

class History {
  readonly cluster: RunCluster;
  readonly random: Random;
  readonly clients: Client[] = [];
  #hasGivenUp = false;
  readonly runs: Begun[] = [];
  readonly notifications: { readonly command: Command; readonly executors: readonly string[] }[] = [];

  constructor(seed: number) {
    this.random = new Random(seed);
    this.cluster = new RunCluster({ servers: SERVERS, faults: BAD_LINK, seed, logMs: 40 });
    for (let i = 0; i < 9; i++) {
      const name = `client-${i}`;
      const current = this.cluster.server(this.random.pick(SERVERS)).join(name);
      const client: Client = { name, current, executed: [], sent: 0, hasLeft: false };
      this.clients.push(client);
      this.#read(client);
      this.cluster.settle(200);
    }
    this.cluster.settle();
  }

  get live(): TestServer[] {
    return [...this.cluster.servers.values()].filter(({ isDead }) => !isDead);
  }

  /** A client sends a few commands in one read of its server. */
  send(client: Client): void {
    const { current } = client;
    const { seat, server } = current;
    if (!this.#isSeated(client)) return;
    for (let count = 1 + this.random.below(3); count > 0; count--) {
      const below = server.roster.slice(seat!.rank + 1);
      if (below.length === 0) return;
      const chosen = this.random.chance(0.3)
        ? this.random.sample(below, 1 + this.random.below(below.length))
        : below;
      const executors = [...chosen].sort((a, b) => a.ticket - b.ticket);
      const command = { issuer: client.name, number: ++client.sent };
      const args = [command.issuer, `${command.number}`];
      if (this.random.chance(0.5)) this.#run(server, seat!, executors, command);
      else {
        this.notifications.push({ command, executors: executors.map(({ member }) => member.name) });
        if (executors.length === below.length) server.fanOut.toAllBelow(seat!, "do", args);
        else server.fanOut.toChosen(seat!, executors, "do", args);
      }
    }
    server.fanOut.flush();
  }

  /** A client connects to a server and claims its seat there; its old connection may seem to be open for a while. */
  move(client: Client): void {
    if (client.hasLeft) return;
    const server = this.random.pick(this.live);
    const seat = server.state.roster.seats.find(({ client: { name } }) => name === client.name);
    if (seat === undefined) return;
    if (this.random.chance(0.5)) client.current.close();
    const connection = server.claim(seat.ticket, client.name);
    if (connection === undefined) return;
    client.current = connection;
    this.#read(client);
  }

  leave(client: Client): void {
    if (!this.#isSeated(client)) return;
    client.hasLeft = true;
    client.current.leave();
  }

  /** The others give a server up: it has ended, or does not know yet. */
  giveUp(server: TestServer): void {
    if (this.#hasGivenUp) return;
    this.#hasGivenUp = true;
    const { id } = server;
    if (this.random.chance(0.5)) server.kill();
    else server.stop();
    this.cluster.clock.after(this.random.below(1_000), () => {
      const record = { kind: "bye" } as const;
      this.cluster.append({ log: "log", node: id, counter: 1_000_000, pos: 0, record });
    });
    this.cluster.clock.after(1_500 + this.random.below(3_000), () => server.goOn());
  }

  /** Does not apply records for a while. */
  pause(server: TestServer): void {
    server.stop();
    this.cluster.clock.after(this.random.below(4_000), () => server.goOn());
  }

  check(): void {
    this.cluster.settle(200_000);
    for (const { executed, name } of this.clients) {
      const last = new Map<string, number>();
      for (const { issuer, number } of executed) {
        assertLess(last.get(issuer) ?? 0, number, `${name}: commands of ${issuer}, in order and once`);
        last.set(issuer, number);
      }
    }
    for (const { command, executors, results, ends } of this.runs) {
      assertEquals(ends.length, 1);
      assertEquals(results.map(({ name }) => name).sort(), [...executors].sort());
      for (const { name, status } of results) {
        if (status === "ok") assert(this.hasExecuted(name, command), `${name} has executed it`);
      }
    }
    for (const { runs, remote, faults, isDead } of this.cluster.servers.values()) {
      assertEquals(faults, []);
      if (!isDead) assertEquals([runs.inFlight, remote.foreignInFlight], [0, 0]);
    }
    assertEquals(this.cluster.clock.timers, 0);
  }

  hasExecuted(name: string, { issuer, number }: Command): boolean {
    const { executed } = this.clients.find((client) => client.name === name)!;
    return executed.some((command) => command.issuer === issuer && command.number === number);
  }

  #isSeated({ current: { isOpen, seat, server }, current, hasLeft }: Client): boolean {
    return isOpen && !hasLeft && !server.isDead && seat?.member === current &&
      server.state.roster.isSeated(seat);
  }

  #run(
    server: TestServer,
    issuer: Seat<Member>,
    executors: readonly Seat<Member>[],
    command: Command,
  ): void {
    const begun: Begun = {
      command,
      executors: executors.map(({ member }) => member.name),
      results: [],
      ends: [],
    };
    this.runs.push(begun);
    server.runs.begin({
      issuer,
      key: command.number,
      command: "do",
      args: [command.issuer, `${command.number}`],
      executors,
      timeoutMs: 30_000,
      results: "all",
      onResult: (result) => void begun.results.push(result),
      onEnd: (counts) => void begun.ends.push(counts),
    });
  }

  #read(client: Client): void {
    const connection = client.current;
    connection.onExecute = ({ args: [issuer, number] }, id) => {
      if (client.current !== connection) return;
      client.executed.push({ issuer: issuer!, number: Number(number) });
      if (id === undefined) return;
      this.cluster.clock.after(this.random.below(300), () => {
        if (client.current !== connection || !connection.isOpen || connection.server.isDead) return;
        connection.server.runs.answer(connection, id, { status: "ok", code: 0 });
      });
    };
  }
}

Deno.test("while clients stay and servers follow the log, every command is executed by all of its executors, once and in order", () => {
  holds(
    fc.property(fc.integer(), (seed) => {
      const history = new History(seed);
      for (let i = 0; i < 60; i++) {
        history.send(history.random.pick(history.clients));
        history.cluster.clock.advance(history.random.below(60));
      }
      history.check();
      for (const { results } of history.runs) {
        assertEquals(new Set(results.map(({ status }) => status)), new Set(["ok"]));
      }
      for (const { command, executors } of [...history.notifications, ...history.runs]) {
        for (const name of executors) assert(history.hasExecuted(name, command), name);
      }
    }),
    { numRuns: 30 },
  );
});

Deno.test("whatever happens, each run has one status of each executor, and nothing is executed twice or in another order", () => {
  const seen = new Map<string, number>();
  holds(
    fc.property(fc.integer(), (seed) => {
      const history = new History(seed);
      const { random } = history;
      for (let i = 0; i < 150; i++) {
        const client = random.pick(history.clients);
        const step = random.next();
        if (step < 0.7) history.send(client);
        else if (step < 0.93) history.move(client);
        else if (step < 0.94) history.leave(client);
        else if (step < 0.98) history.pause(random.pick(history.live));
        else history.giveUp(random.pick(history.live));
        history.cluster.clock.advance(random.below(random.chance(0.1) ? 1_500 : 60));
      }
      history.check();
      for (const { results } of history.runs) {
        for (const { status } of results) seen.set(status, (seen.get(status) ?? 0) + 1);
      }
    }),
    { numRuns: 60 },
  );
  for (const status of ["ok", "lost", "cancelled"]) {
    assert(seen.get(status)! > 100, JSON.stringify([...seen]));
  }
});
