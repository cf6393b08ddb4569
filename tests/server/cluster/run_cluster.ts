// Servers with one ranking in one process, as far as commands and runs are concerned: real rules, rosters, fan-outs and runs; a
// log that reaches each server with delays; clients that are connected to one server or another.

import {
  applyCluster,
  type ClusterEffect,
  type ClusterEntry,
  type ClusterRecord,
  ClusterState,
} from "../../../src/journal/cluster/mod.ts";
import type { RosterSeat } from "../../../src/journal/mod.ts";
import type { ServerNote } from "../../../src/protocol/text/mod.ts";
import type { Member } from "../../../src/server/connection/mod.ts";
import { RIGHTS_WITHOUT_TOKEN } from "../../../src/server/connection/mod.ts";
import { CommandLog } from "../../../src/server/runs/command_log.ts";
import { FanOut } from "../../../src/server/runs/fan_out.ts";
import { type RunLimits, Runs } from "../../../src/server/runs/runs.ts";
import { RemoteRuns } from "../../../src/server/cluster/mod.ts";
import { createPlaceholder, RemoteMember, type Seating } from "../../../src/server/seats/mod.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { Random } from "../../support/random.ts";
import { FakeSession } from "../../support/server/fake_session.ts";
import { FakeLink, type LinkFaults } from "./fake_link.ts";

const LOG = "log";
const HASH = "hash";

export const LIMITS: RunLimits & { readonly foreignRuns: number } = {
  runsPerIssuer: 64,
  runsTotal: 1_000,
  answerGraceMs: 500,
  outputBytes: 200,
  runOutputBytes: 100_000,
  runsOutputBytes: 1_000_000,
  foreignRuns: 100,
};

/** A connection of a client. */
export class Connection extends FakeSession {
  declare seat: RosterSeat<Member> | undefined;
  readonly id: string;
  readonly server: TestServer;
  /** Called with each `execute`. */
  onExecute: (params: { args: string[]; from: { ticket: number } }, id: number | undefined) => void =
    () => {};

  constructor(id: string, server: TestServer, name: string) {
    super(name);
    this.id = id;
    this.server = server;
  }

  override notify(note: ServerNote): void {
    if (this.isOpen) super.notify(note);
  }

  override sendText(text: string): void {
    if (!this.isOpen) return;
    super.sendText(text);
    if (this.mode === "text") return;
    for (const line of text.trimEnd().split("\n")) {
      const { params, id } = JSON.parse(line);
      this.onExecute(params, id);
    }
  }

  /** The connection ends, and its server knows it. */
  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    const { seat, server } = this;
    server.fanOut.flush();
    server.runs.memberLeft(this);
    if (seat?.member === this && server.state.roster.isSeated(seat)) {
      server.append({ kind: "away", ticket: seat.ticket, n: seat.client.n });
    }
  }

  leave(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    const { seat, server } = this;
    server.fanOut.flush();
    server.runs.memberLeft(this);
    if (seat?.member === this) server.append({ kind: "leave", ticket: seat.ticket, n: seat.client.n });
  }

  yield(): void {
    const { seat, server } = this;
    if (!this.isOpen || seat?.member !== this) return;
    server.fanOut.flush();
    server.runs.memberLeft(this);
    server.append({ kind: "yield", ticket: seat.ticket, n: seat.client.n });
  }
}

export interface RunClusterOptions {
  readonly servers: readonly string[];
  readonly faults: LinkFaults;
  readonly seed?: number;
  /** The longest time until a record is in the log, and until a server has applied it. */
  readonly logMs?: number;
  readonly limits?: Partial<typeof LIMITS>;
}

export class RunCluster {
  readonly clock = new FakeClock();
  readonly random: Random;
  readonly link: FakeLink;
  readonly servers = new Map<string, TestServer>();
  readonly entries: ClusterEntry[] = [];
  readonly options: RunClusterOptions;

  constructor(options: RunClusterOptions) {
    this.options = options;
    this.random = new Random(options.seed ?? 1);
    this.link = new FakeLink(this.clock, new Random((options.seed ?? 1) + 1), options.faults);
    for (const id of options.servers) this.servers.set(id, new TestServer(id, this));
    const [first] = this.servers.values();
    const config = {
      version: 1,
      capacity: 100,
      waitingCapacity: 0,
      leaseMaxMs: 0,
      fenceBeats: 12,
      rules: 1,
    } as const;
    first!.append({ kind: "config", ...config });
    this.clock.advance(1_000);
    for (const server of this.servers.values()) {
      server.append({ kind: "hello", name: server.id, version: "0", address: "", configHash: "" });
    }
    this.clock.advance(1_000);
  }

  server(id: string): TestServer {
    return this.servers.get(id)!;
  }

  get logMs(): number {
    return this.options.logMs ?? 0;
  }

  /** Puts an entry into the log; every server gets it later. */
  append(entry: ClusterEntry): void {
    this.clock.after(this.random.below(this.logMs + 1), () => {
      this.entries.push(entry);
      const position = this.entries.length;
      for (const server of this.servers.values()) {
        this.clock.after(this.random.below(this.logMs + 1), () => server.reach(position));
      }
    });
  }

  /** Until all records are applied, and a little more. */
  settle(ms = 2_000): void {
    this.clock.advance(ms);
  }
}

export class TestServer {
  readonly id: string;
  readonly #cluster: RunCluster;
  readonly state: ClusterState<Member>;
  readonly connections = new Map<string, Connection>();
  readonly remote: RemoteRuns;
  readonly fanOut: FanOut;
  readonly runs: Runs;
  readonly dropped: string[] = [];
  readonly faults: unknown[] = [];
  #counter = 0;
  #waiting: { readonly position: number; readonly callback: () => void }[] = [];
  #reached = 0;
  /** It does not apply records. */
  isStopped = false;
  isDead = false;

  constructor(id: string, cluster: RunCluster) {
    this.id = id;
    this.#cluster = cluster;
    const { clock, link } = cluster;
    this.state = new ClusterState(LOG, createPlaceholder());
    const limits = { ...LIMITS, ...cluster.options.limits };
    // deno-lint-ignore no-this-alias -- for getters
    const server = this;
    const journal = {
      node: id,
      get position() {
        return server.state.position;
      },
      get state() {
        return server.state.roster;
      },
      isLive: (node: string) => server.state.nodes.isLive(node),
      whenAt: (position: number, callback: () => void) => server.#whenAt(position, callback),
    };
    const seating = {
      get roster() {
        server.state.roster.settle();
        return server.state.roster.roster;
      },
      get unsettledRoster() {
        return server.state.roster.roster;
      },
      get epoch() {
        return server.state.roster.epoch;
      },
    };
    this.remote = new RemoteRuns({
      journal,
      seating,
      runs: {
        settle: (run, ticket, outcome) => this.runs.settle(run, ticket, outcome),
        isTimely: (run) => this.runs.isTimely(run),
        takeNumber: () => this.runs.takeNumber(),
      },
      link: {
        publish: (node, bytes) => {
          if (!this.isDead) link.publish(node, bytes);
        },
        subscribe: (node, listener) =>
          link.subscribe(node, (bytes) => {
            if (!this.isDead) listener(bytes);
          }),
      },
      clock,
      afterIo: (callback) => void clock.after(0, callback),
      flush: () => {},
      limits,
      onDropped: (node, why) => void this.dropped.push(`${node} ${why}`),
      onFault: (error) => void this.faults.push(error),
    });
    const log = new CommandLog(() => {}, false, new Map());
    this.fanOut = new FanOut(seating as unknown as Seating, log, this.remote);
    this.runs = new Runs(limits, this.fanOut, () => {}, clock, () => {}, undefined, this.remote);
  }

  get roster(): readonly RosterSeat<Member>[] {
    this.state.roster.settle();
    return this.state.roster.roster;
  }

  append(record: ClusterRecord): void {
    if (this.isDead) return;
    const entry = { log: LOG, node: this.id, counter: this.#counter++, pos: this.state.position, record };
    this.#cluster.append(entry);
  }

  /** A new client. */
  join(name: string): Connection {
    const connection = this.#connect(name);
    const { id } = connection;
    const client = { id, name, ip: "192.0.2.1", port: 1, since: 0, hash: HASH, leaseMs: 0 };
    this.append({ kind: "join", ...client });
    return connection;
  }

  /** A client claims its seat by another connection. */
  claim(ticket: number, name: string): Connection | undefined {
    const seat = this.state.roster.seatOf(ticket);
    if (seat === undefined) return undefined;
    const connection = this.#connect(name);
    const { n } = seat.client;
    this.append({ kind: "claim", ticket, n, id: connection.id, presented: HASH, hash: HASH, node: this.id });
    return connection;
  }

  /** The process ends. */
  kill(): void {
    this.isDead = true;
    for (const connection of this.connections.values()) connection.isOpen = false;
    // For the timers.
    this.runs.cancelAll();
    this.remote.stop();
  }

  /** Applies the records up to this position, unless it is stopped. */
  reach(position: number): void {
    this.#reached = Math.max(this.#reached, position);
    while (!this.isStopped && !this.isDead && this.state.position < this.#reached) {
      const entry = this.#cluster.entries[this.state.position]!;
      const effects = applyCluster(this.state, this.state.position + 1, entry);
      for (const effect of effects) this.#handle(effect);
      const due = this.#waiting.filter((each) => each.position <= this.state.position);
      this.#waiting = this.#waiting.filter((each) => each.position > this.state.position);
      for (const { callback } of due) callback();
    }
  }

  stop(): void {
    this.isStopped = true;
  }

  goOn(): void {
    this.isStopped = false;
    this.reach(this.#reached);
  }

  #connect(name: string): Connection {
    const connection = new Connection(`${this.id}.${this.#counter++}`, this, name);
    this.connections.set(connection.id, connection);
    return connection;
  }

  #whenAt(position: number, callback: () => void): void {
    if (this.state.position >= position) callback();
    else this.#waiting.push({ position, callback });
  }

  #handle(effect: ClusterEffect<Member>): void {
    switch (effect.kind) {
      case "seated":
        return this.#attach(effect.seat);
      case "changed": {
        const { seat, before } = effect;
        if (seat.client.id === before.id) return;
        this.remote.seatClaimed(seat, before);
        this.runs.seatLost(seat);
        const old = this.connections.get(before.id);
        if (old?.isOpen) {
          old.isOpen = false;
          this.runs.memberLeft(old);
        }
        return this.#attach(seat);
      }
      case "yielded": {
        const { member } = effect.seat;
        if (member instanceof Connection || member instanceof RemoteMember) member.seat = effect.seat;
        return this.runs.seatLost(effect.before);
      }
      case "left":
        return this.runs.seatLost(effect.seat);
      case "node gone":
        if (effect.node.id === this.id) this.kill();
        else this.remote.nodeGone(effect.node.id);
    }
  }

  #attach(seat: RosterSeat<Member>): void {
    const connection = this.connections.get(seat.client.id);
    if (connection === undefined) {
      const member = new RemoteMember(seat, {
        isLive: (node) => this.state.nodes.isLive(node),
        rightsOf: () => RIGHTS_WITHOUT_TOKEN,
        notify: (of, note) => this.remote.notify(of, note),
      });
      return this.state.roster.attach(seat, member);
    }
    connection.seat = seat;
    this.state.roster.attach(seat, connection);
    if (!connection.isOpen) this.append({ kind: "away", ticket: seat.ticket, n: seat.client.n });
  }
}
