// A client as a simulated process: one under --lead with its guards and hooks, as `rankclient` builds it, or a plain one that
// sends and executes commands. A supervisor restarts it when it has ended.

import { cappedBackOff } from "../../../src/time/back_off.ts";
import { wait } from "../../../src/time/wait.ts";
import type { Client } from "../../../src/client/mod.ts";
import { openClientOn } from "../../../src/client/open_client.ts";
import type { ClientEvent } from "../../../src/client/session/client_event.ts";
import { GuardProcess } from "../../../src/client/lead/guard/guard_process.ts";
import { Lead } from "../../../src/client/lead/lead.ts";
import type { LeadParts } from "../../../src/client/lead/lead_parts.ts";
import { releaseSeat } from "../../../src/client/connection/release_seat.ts";
import { endLeftBehind, guardOrder } from "../../../src/cli/client/lead/guards.ts";
import { CLIENT_BOUNDS } from "../../../src/config/keys/client_bounds.ts";
import type { Machine } from "../world/machine.ts";
import { signalledCode, type SimProcess } from "../world/process.ts";
import { randomStream } from "../world/random_stream.ts";
import { describeEvent, isSeatedAfter, rankIn } from "./client_events.ts";
import { type GuardSpawn, spawnGuard } from "./guard.ts";
import { mayClientFail } from "./guarded.ts";
import { type OpenHooks, openHooks } from "./hooks.ts";
import { SimRunner } from "./runner.ts";
import {
  connectionSystem,
  leaveWhenIdle,
  SERVER_MACHINE,
  SERVER_PORT,
  signalSystem,
  type World,
} from "./world.ts";

/** The longest time to load the executable, in ms. */
const START_MS = 100;
/** The exit code when processes of the program may still run. */
const UNSURE_CODE = 137;
const SERVER = { host: SERVER_MACHINE, port: SERVER_PORT };

export interface ClientOptions {
  readonly name: string;
  readonly isLeading: boolean;
}

interface OpenOptions {
  readonly runner: SimRunner;
  readonly observe?: (event: ClientEvent) => void;
  readonly lead?: Lead;
}

export class ClientActor {
  readonly name: string;
  readonly machine: Machine;
  readonly isLeading: boolean;
  process: SimProcess | undefined;
  guard: GuardSpawn | undefined;
  client: Client | undefined;
  lead: Lead | undefined;
  /** A fault: the guard is killed when it next starts a program. */
  killsGuardAtStart = false;
  readonly #world: World;
  /** Whether it has a seat, according to its events. */
  #isSeated = false;
  #starts = 0;
  #isRetired = false;

  constructor(world: World, machine: Machine, { name, isLeading }: ClientOptions) {
    this.#world = world;
    this.machine = machine;
    this.name = name;
    this.isLeading = isLeading;
  }

  get isConnected(): boolean {
    return this.#isSeated && this.process?.state === "running";
  }

  start(): void {
    if (this.#isRetired || (this.process !== undefined && this.process.state !== "dead")) return;
    const { scenario, scheduler, oracle, trace } = this.#world;
    const process = this.machine.spawn({ kind: "client", name: this.name });
    this.process = process;
    this.#isSeated = false;
    this.client = this.lead = this.guard = undefined;
    const random = randomStream(scenario.seed, `${this.name} ${++this.#starts}`);
    trace.note(this.name, `starts as process ${process.pid}`);
    process.whenDead.push(({ code, signal }) => {
      trace.note(this.name, `ended: ${signal ?? `exit code ${code}`}`);
      this.#isSeated = false;
      oracle.clientEnded(this.name);
      if (!this.#isRetired) {
        scheduler.after(scenario.restartMs * (0.5 + random.next()), () => this.start());
      }
    });
    process.after(START_MS * random.next(), () => {
      if (this.isLeading) this.#runLeading(process);
      else this.#runPlain(process);
    });
  }

  /** Asks the client to end, and does not restart it. */
  retire(): void {
    this.#isRetired = true;
    this.process?.signal("SIGTERM");
  }

  #runPlain(process: SimProcess): void {
    const client = this.#open(process, { runner: new SimRunner(this.#world, process) });
    let signals = 0;
    process.onSignal = (signal) => {
      if (signal !== "SIGTERM") return;
      const code = signalledCode(signal);
      if (++signals > 1) return process.exit(code);
      this.#run(process, async () => {
        await client.close();
        leaveWhenIdle(this.#world, process, code);
      });
    };
  }

  #runLeading(process: SimProcess): void {
    const { oracle, trace } = this.#world;
    process.isSubreaper = true;
    const hooks = openHooks(this.#world, process);
    const lead: Lead = new Lead(this.#leadParts(process, hooks, () => client));
    this.lead = lead;
    const runner = new SimRunner(this.#world, process);
    const client = this.#open(process, {
      runner,
      observe: (event) => {
        lead.observe(event);
        hooks?.observe(event);
      },
      lead,
    });
    const leaving = new AbortController();
    let signals = 0;
    process.onSignal = (signal) => {
      if (signal !== "SIGTERM" && signal !== "SIGINT") return;
      if (++signals === 1) return leaving.abort();
      runner.killAll();
      hooks?.kill();
      lead.killProgram();
      process.exit(signalledCode("SIGTERM"));
    };
    this.#run(process, async () => {
      const end = await lead.run(leaving.signal);
      trace.note(this.name, `stops leading: ${end.kind}`);
      if (end.kind !== "unsure") await client.close();
      await hooks?.close();
      oracle.leadEnded(end.kind);
      // An unsure end keeps the seat: the connection is left open.
      if (end.kind === "unsure") process.exit(UNSURE_CODE);
      else leaveWhenIdle(this.#world, process, end.kind === "ended" ? end.code : 0);
    });
  }

  #leadParts(process: SimProcess, hooks: OpenHooks | undefined, session: () => Client): LeadParts {
    const { clientConfig: config, trace } = this.#world;
    const { machine } = this;
    const { now, after } = process.clock;
    const system = connectionSystem(this.#world, process);
    const signals = signalSystem(process);
    const isGuard = (pid: number) => pid === this.guard?.process.pid;
    const dead = {
      reapOrphans: () => machine.reap(process, isGuard),
      isRunning: (group: number) => machine.isGroupRunning(group),
    };
    const leftBehind = {
      adopted: () => machine.childrenOf(process).filter(({ pid }) => !isGuard(pid) && pid !== hooks?.pid),
      kill: (pid: number) => void machine.signal(pid, "SIGKILL"),
      ownGroup: process.group,
      delay: (ms: number) => wait(after, ms),
    };
    return {
      times: config.lead,
      session,
      spawnGuard: (listener) => {
        this.guard = spawnGuard(this.#world, process, (guard) => this.#guardStartsProgram(guard));
        return new GuardProcess(this.guard.child, listener, after);
      },
      orderFor: (claim, token) => guardOrder({ ...config, ...SERVER }, {}, ["program"], claim, token),
      release: (token, ms) => releaseSeat(SERVER, token, ms, undefined, system),
      killGroup: (group) => void machine.signal(-group, "SIGKILL"),
      killLeftBehind: (group) => endLeftBehind(leftBehind, group, dead, signals),
      signalProgram: (pid, signal) => void machine.signal(pid, signal),
      now,
      after,
      say: (line) => trace.note(this.name, line),
      guardEndMs: CLIENT_BOUNDS.guardEndMs,
      leaveMs: CLIENT_BOUNDS.closeTimeoutMs,
    };
  }

  #guardStartsProgram(guard: SimProcess): void {
    if (!this.killsGuardAtStart) return;
    this.killsGuardAtStart = false;
    // Within its callback, so that it cannot report the start.
    if (mayClientFail(this)) guard.signal("SIGKILL");
  }

  #open(process: SimProcess, { runner, observe, lead }: OpenOptions): Client {
    const { clientConfig: { limits }, scenario } = this.#world;
    const bounds = { minMs: limits.reconnectMinMs, maxMs: limits.reconnectMaxMs };
    const client = openClientOn(connectionSystem(this.#world, process), {
      ...SERVER,
      name: this.name,
      reconnect: lead === undefined ? bounds : cappedBackOff(bounds, CLIENT_BOUNDS.leadReconnectMs),
      ...(lead === undefined
        ? {}
        : { leaseMs: scenario.leaseMs, sendsHeartbeat: false, onToken: lead.keepToken }),
      observe: (event) => {
        this.#note(event);
        observe?.(event);
      },
      runner,
      limits,
    });
    this.client = client;
    this.#run(process, async () => {
      for await (const _event of client.events);
    });
    return client;
  }

  #note(event: ClientEvent): void {
    const { oracle, trace } = this.#world;
    if (trace.isOn) trace.note(this.name, describeEvent(event));
    this.#isSeated = isSeatedAfter(this.#isSeated, event);
    const rank = rankIn(event);
    if (rank !== undefined || event.kind === "disconnected") {
      trace.add({ kind: "rank", actor: this.name, rank });
    }
    oracle.clientEvent(this.name, event);
  }

  /** Runs a task of the process; an error in it is a fault of the product. */
  #run(process: SimProcess, task: () => Promise<void>): void {
    task().catch((error) => {
      if (process.state !== "dead") this.#world.oracle.fault(`${this.name} failed: ${error?.stack ?? error}`);
    });
  }
}
