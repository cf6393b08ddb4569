// A server as a simulated process, with its journal on a disk that survives it, or as one of several on a simulated NATS.

import type { NodeLink } from "../../../src/server/cluster/mod.ts";
import { RankServer } from "../../../src/server/rank_server.ts";
import { FileJournal } from "../../../src/journal/engines/file_journal.ts";
import type { ClusterJournal } from "../../../src/journal/engines/cluster/mod.ts";
import type { Journal, SharedJournal } from "../../../src/journal/engines/mod.ts";
import { MemoryJournal } from "../../../src/journal/engines/memory_journal.ts";
import type { Member } from "../../../src/server/connection/member.ts";
import { createPlaceholder } from "../../../src/server/seats/disconnected_member.ts";
import type { TokenSource } from "../../../src/server/seats/tokens.ts";
import { Authenticator } from "../../../src/server/login/authenticator.ts";
import type { ServerEvent } from "../../../src/log/server_event.ts";
import { YieldToIo } from "../../../src/time/yield_to_io.ts";
import { joinSimCluster } from "../cluster/join_sim_cluster.ts";
import type { SimNats } from "../nats/sim_nats.ts";
import type { SimListener } from "../world/listener.ts";
import type { Machine } from "../world/machine.ts";
import { randomStream } from "../world/random_stream.ts";
import { signalledCode, type SimProcess } from "../world/process.ts";
import { leaveWhenIdle, SERVER_PORT, type World } from "./world.ts";

/** The average time to load the executable, in ms. */
const START_MS = 60;
const POSITIONS_PER_MS = 1_000;
const EXIT_FAULT = 70;
/** Few, so that snapshots are used. */
const RECORDS_PER_SNAPSHOT = 20;

export class ServerActor {
  readonly machine: Machine;
  readonly index: number;
  readonly #world: World;
  process: SimProcess | undefined;
  server: RankServer | undefined;
  /** Of the server, where it is one of several. */
  journal: ClusterJournal<Member> | undefined;
  #listener: SimListener | undefined;
  /** How many callbacks of its process the oracle knows of. */
  #judgedTurns = 0;
  #starts = 0;
  #isRetired = false;
  /** Shows the oracle which seats the server has found. */
  #restored = () => {};

  constructor(world: World, machine: Machine, index: number) {
    this.#world = world;
    this.machine = machine;
    this.index = index;
  }

  get isRunning(): boolean {
    return this.process?.state === "running" && this.server !== undefined;
  }

  start(): void {
    if (this.#isRetired || (this.process !== undefined && this.process.state !== "dead")) return;
    const { scenario, trace } = this.#world;
    const { name } = this.machine;
    const process = this.machine.spawn({ kind: "server", name });
    const random = randomStream(scenario.seed, `${name} ${++this.#starts}`);
    this.process = process;
    this.server = undefined;
    this.journal = undefined;
    process.whenDead.push(({ code, signal }) => {
      trace.note(name, `ended: ${signal ?? `exit code ${code}`}`);
      this.server = undefined;
    });
    process.after(START_MS * (0.5 + random.next()), () => {
      const { nats } = this.#world;
      if (nats === undefined) this.#runAlone(process);
      else void this.#runInCluster(process, nats);
    });
  }

  /** Asks the server to end, and does not restart it. */
  retire(): void {
    this.#isRetired = true;
    if (this.process === undefined) return;
    // A fault may have scheduled a restart.
    this.process.whenDead.length = 0;
    this.process.signal("SIGTERM");
  }

  /** Shows the oracle how much the server uses, if it has run since the last time. */
  judge(): void {
    const { process, server } = this;
    if (process === undefined || server === undefined || process.turns === this.#judgedTurns) return;
    this.#judgedTurns = process.turns;
    if (this.journal !== undefined) this.#world.oracle.seats.stateSeen(process.name, this.journal.state.size);
    const byAddress = new Map<string, number>();
    for (const socket of this.#world.network.sockets) {
      if (socket.process !== process || this.#listener!.isWaiting(socket)) continue;
      const { hostname } = socket.remoteAddr;
      byAddress.set(hostname, (byAddress.get(hostname) ?? 0) + 1);
    }
    this.#world.oracle.boundsOf(this.index).serverUses(server.usage(), byAddress);
  }

  #runAlone(process: SimProcess): void {
    const { network, oracle } = this.#world;
    oracle.serverStarts(process, this.index);
    const listener = network.listen(process, SERVER_PORT);
    this.#serve(process, listener, { journal: this.#openJournal(process) });
    this.#restored();
    this.#restored = () => {};
  }

  async #runInCluster(process: SimProcess, nats: SimNats): Promise<void> {
    const { network, oracle, scenario } = this.#world;
    const fail = (error: Error) => {
      if (process.state === "dead") return;
      this.#world.trace.note(process.name, String(error));
      oracle.serverFailed(process.name, error);
      process.whenDead.push(() => this.#world.scheduler.after(scenario.restartMs, () => this.start()));
      process.exit(EXIT_FAULT);
    };
    try {
      oracle.serverStarts(process, this.index);
      let listener: SimListener | undefined;
      const opened = () => listener = network.listen(process, SERVER_PORT);
      const { journal, nodes, link } = await joinSimCluster(this.#world, nats, process, this.index, opened);
      const server = this.#serve(process, listener!, { journal, nodes, close: () => link.close() });
      this.journal = journal;
      server.failed.then(fail);
    } catch (error) {
      fail(error as Error);
    }
  }

  #serve(
    process: SimProcess,
    listener: SimListener,
    { journal, nodes, close = () => {} }: {
      readonly journal: Journal<Member> | SharedJournal<Member>;
      readonly nodes?: NodeLink;
      readonly close?: () => void;
    },
  ): RankServer {
    const { serverConfig, scenario, oracle } = this.#world;
    const clock = { now: () => process.now().running, after: process.clock.after };
    const defer = (callback: () => void) => process.defer(callback);
    this.#listener = listener;
    this.#judgedTurns = 0;
    const server = new RankServer(serverConfig, listener, {
      clock,
      wallClock: () => process.now().wall,
      afterIo: defer,
      yieldToIo: new YieldToIo({ now: clock.now, poll: defer, afterIo: defer }),
      report: this.#report,
      tokens: predictableTokens(`${scenario.seed}-${this.index}-${this.#starts}`),
      journal,
      nodes,
      authenticator: this.#world.tokens && new Authenticator(this.#world.tokens.known),
    });
    this.server = server;
    let signals = 0;
    process.onSignal = (signal) => {
      if (signal !== "SIGTERM") return;
      if (++signals > 1) return process.exit(signalledCode(signal));
      server.stop("SIGTERM").then(
        () => {
          close();
          leaveWhenIdle(this.#world, process, 0);
        },
        (error) => oracle.fault(`the server did not stop: ${error?.stack ?? error}`),
      );
    };
    return server;
  }

  readonly #report = (event: ServerEvent) => {
    const { trace, oracle } = this.#world;
    if (trace.isOn) trace.note(this.machine.name, JSON.stringify(event));
    oracle.serverEvent(event, this.index);
  };

  #openJournal(process: SimProcess): Journal<Member> {
    const { disk, scenario, oracle } = this.#world;
    const firstPosition = process.now().wall * POSITIONS_PER_MS;
    if (!scenario.hasStore) return new MemoryJournal(firstPosition, createPlaceholder());
    const journal = new FileJournal(disk.open(), createPlaceholder(), {
      firstPosition,
      now: () => process.now().running,
      wallClock: () => process.now().wall,
      recordsPerSnapshot: RECORDS_PER_SNAPSHOT,
      onFailure: (message) => this.#report({ event: "journal_failed", message }),
      onRecovery: () => this.#report({ event: "journal_recovered" }),
    });
    this.#restored = () =>
      oracle.seats.restored(journal.state.seats.map(({ ticket, client }) => ({ ...client, ticket })));
    return journal;
  }
}

/** Tokens in sequence: the simulation has no attackers, for which they would have to be random. */
function predictableTokens(prefix: string): TokenSource {
  let issued = 0;
  return { issue: () => `token-${prefix}-${++issued}`, hash: (text) => text };
}
