// The server as a simulated process, with its journal on a disk that survives it.

import { RankServer } from "../../../src/server/rank_server.ts";
import { FileJournal } from "../../../src/journal/engines/file_journal.ts";
import type { Journal } from "../../../src/journal/engines/journal.ts";
import { MemoryJournal } from "../../../src/journal/engines/memory_journal.ts";
import type { Member } from "../../../src/server/connection/member.ts";
import { createPlaceholder } from "../../../src/server/seats/disconnected_member.ts";
import type { TokenSource } from "../../../src/server/seats/tokens.ts";
import { Authenticator } from "../../../src/server/login/authenticator.ts";
import type { ServerEvent } from "../../../src/log/server_event.ts";
import { YieldToIo } from "../../../src/time/yield_to_io.ts";
import type { SimListener } from "../world/listener.ts";
import { randomStream } from "../world/random_stream.ts";
import { signalledCode, type SimProcess } from "../world/process.ts";
import { leaveWhenIdle, SERVER_PORT, type World } from "./world.ts";

/** The average time to load the executable, in ms. */
const START_MS = 60;
const POSITIONS_PER_MS = 1_000;
/** Few, so that snapshots are used. */
const RECORDS_PER_SNAPSHOT = 20;

export class ServerActor {
  readonly #world: World;
  process: SimProcess | undefined;
  server: RankServer | undefined;
  #listener: SimListener | undefined;
  /** How many callbacks of its process the oracle knows of. */
  #judgedTurns = 0;
  #starts = 0;
  #isRetired = false;
  /** Shows the oracle which seats the server has found. */
  #restored = () => {};

  constructor(world: World) {
    this.#world = world;
  }

  get isRunning(): boolean {
    return this.process?.state === "running" && this.server !== undefined;
  }

  start(): void {
    if (this.#isRetired || (this.process !== undefined && this.process.state !== "dead")) return;
    const { serverMachine, scenario, trace } = this.#world;
    const process = serverMachine.spawn({ kind: "server", name: "server" });
    const random = randomStream(scenario.seed, `server ${++this.#starts}`);
    this.process = process;
    this.server = undefined;
    process.whenDead.push(({ code, signal }) => {
      trace.note("server", `ended: ${signal ?? `exit code ${code}`}`);
      this.server = undefined;
    });
    process.after(START_MS * (0.5 + random.next()), () => this.#run(process));
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
    const byAddress = new Map<string, number>();
    for (const socket of this.#world.network.sockets) {
      if (socket.process !== process || this.#listener!.isWaiting(socket)) continue;
      const { hostname } = socket.remoteAddr;
      byAddress.set(hostname, (byAddress.get(hostname) ?? 0) + 1);
    }
    this.#world.oracle.bounds.serverUses(server.usage(), byAddress);
  }

  #run(process: SimProcess): void {
    const { network, serverConfig, scenario, trace, oracle } = this.#world;
    const clock = {
      now: () => process.now().running,
      after: process.clock.after,
    };
    const defer = (callback: () => void) => process.defer(callback);
    const report = (event: ServerEvent) => {
      if (trace.isOn) trace.note("server", JSON.stringify(event));
      oracle.serverEvent(event);
    };
    oracle.serverStarts(process);
    const listener = network.listen(process, SERVER_PORT);
    this.#listener = listener;
    this.#judgedTurns = 0;
    const server = new RankServer(serverConfig, listener, {
      clock,
      wallClock: () => process.now().wall,
      afterIo: defer,
      yieldToIo: new YieldToIo({ now: clock.now, poll: defer, afterIo: defer }),
      report,
      tokens: predictableTokens(scenario.seed, this.#starts),
      journal: this.#openJournal(process, report),
      authenticator: this.#world.tokens && new Authenticator(this.#world.tokens.known),
    });
    this.server = server;
    this.#restored();
    this.#restored = () => {};
    let signals = 0;
    process.onSignal = (signal) => {
      if (signal !== "SIGTERM") return;
      if (++signals > 1) return process.exit(signalledCode(signal));
      server.stop("SIGTERM").then(
        () => leaveWhenIdle(this.#world, process, 0),
        (error) => oracle.fault(`the server did not stop: ${error?.stack ?? error}`),
      );
    };
  }

  #openJournal(process: SimProcess, report: (event: ServerEvent) => void): Journal<Member> {
    const { disk, scenario, oracle } = this.#world;
    const firstPosition = process.now().wall * POSITIONS_PER_MS;
    if (!scenario.hasStore) return new MemoryJournal(firstPosition, createPlaceholder());
    const journal = new FileJournal(disk.open(), createPlaceholder(), {
      firstPosition,
      now: () => process.now().running,
      wallClock: () => process.now().wall,
      recordsPerSnapshot: RECORDS_PER_SNAPSHOT,
      onFailure: (message) => report({ event: "journal_failed", message }),
      onRecovery: () => report({ event: "journal_recovered" }),
    });
    this.#restored = () =>
      oracle.seats.restored(journal.state.seats.map(({ ticket, client }) => ({ ...client, ticket })));
    return journal;
  }
}

/** Tokens in sequence: the simulation has no attackers, for which they would have to be random. */
function predictableTokens(seed: number, start: number): TokenSource {
  let issued = 0;
  return { issue: () => `token-${seed}-${start}-${++issued}`, hash: (text) => text };
}
