// The server as a simulated process, with its store on a disk that survives it.

import { RankServer } from "../../../src/server/rank_server.ts";
import { FileSeatStore } from "../../../src/server/seats/file_seat_store.ts";
import { nullStore, type SeatStore } from "../../../src/server/seats/seat_store.ts";
import type { TokenSource } from "../../../src/server/seats/resume_tokens.ts";
import { Authenticator } from "../../../src/server/login/authenticator.ts";
import type { ServerEvent } from "../../../src/log/server_event.ts";
import { YieldToIo } from "../../../src/time/yield_to_io.ts";
import type { SimListener } from "../world/listener.ts";
import { randomStream } from "../world/random_stream.ts";
import { signalledCode, type SimProcess } from "../world/process.ts";
import { leaveWhenIdle, SERVER_PORT, type World } from "./world.ts";

/** The average time to load the executable, in ms. */
const START_MS = 60;
const TICKETS_PER_MS = 1_000;

export class ServerActor {
  readonly #world: World;
  process: SimProcess | undefined;
  server: RankServer | undefined;
  #listener: SimListener | undefined;
  /** How many callbacks of its process the oracle knows of. */
  #judgedTurns = 0;
  #starts = 0;
  #isRetired = false;

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
      store: this.#openStore(process, report),
      authenticator: this.#world.tokens && new Authenticator(this.#world.tokens.known),
    });
    this.server = server;
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

  #openStore(process: SimProcess, report: (event: ServerEvent) => void): SeatStore {
    const { disk, scenario, oracle } = this.#world;
    const firstTicket = process.now().wall * TICKETS_PER_MS;
    if (!scenario.hasStore) return nullStore(firstTicket);
    const store = new FileSeatStore(disk.open(), disk.openMark(), {
      firstTicket,
      now: () => process.now().running,
      onFailure: (message) => report({ event: "store_failed", message }),
      onRecovery: () => report({ event: "store_recovered" }),
    });
    oracle.seats.restored(store.load().slice(0, scenario.capacity));
    return store;
  }
}

/** Tokens in sequence: the simulation has no attackers, for which they would have to be random. */
function predictableTokens(seed: number, start: number): TokenSource {
  let issued = 0;
  return { issue: () => `token-${seed}-${start}-${++issued}`, hash: (text) => text };
}
