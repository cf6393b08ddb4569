// A client as a process: with --lead, its guards and its hooks, as `rankclient` builds it, or a plain one that executes
// commands and sends them. A supervisor starts it again when it has ended.

import { cappedBackOff } from "../../../src/time/back_off.ts";
import { wait } from "../../../src/time/wait.ts";
import type { Client } from "../../../src/client/mod.ts";
import { openClientOn } from "../../../src/client/open_client.ts";
import type { ClientEvent } from "../../../src/client/session/client_event.ts";
import { GuardProcess } from "../../../src/client/lead/guard/guard_process.ts";
import { Lead } from "../../../src/client/lead/lead.ts";
import type { LeadEnd } from "../../../src/client/lead/lead_parts.ts";
import { Hooks, RankChanges } from "../../../src/client/lead/hooks.ts";
import { releaseSeat } from "../../../src/client/connection/release_seat.ts";
import type { DeadProcesses } from "../../../src/client/processes/process_group.ts";
import { endLeftBehind, guardOrder } from "../../../src/cli/client/lead/guards.ts";
import { CLIENT_BOUNDS } from "../../../src/config/keys/client_bounds.ts";
import { chanceOf } from "../world/chance.ts";
import type { Machine } from "../world/machine.ts";
import type { SimProcess } from "../world/process.ts";
import { type GuardSpawn, spawnGuard } from "./guard.ts";
import { SimRunner } from "./runner.ts";
import {
  connectionSystem,
  leaveWhenIdle,
  SERVER_MACHINE,
  SERVER_PORT,
  signalSystem,
  type World,
} from "./world.ts";

/** What it takes to load the executable, in ms. */
const START_MS = 100;
const SIGNALLED_CODE = 128;
const UNSURE_CODE = 137;

export interface ClientOptions {
  readonly name: string;
  readonly isLeading: boolean;
}

export class ClientActor {
  readonly name: string;
  readonly machine: Machine;
  readonly isLeading: boolean;
  readonly #world: World;
  process: SimProcess | undefined;
  guard: GuardSpawn | undefined;
  client: (Client & { drop(reason: string): void }) | undefined;
  lead: Lead | undefined;
  /** A fault: the guard is killed when it starts a program, before the client knows of that. */
  killsGuardAtStart = false;
  /** Whether it has a seat, by what it was told. */
  isSeated = false;
  #starts = 0;
  #isRetired = false;

  constructor(world: World, machine: Machine, { name, isLeading }: ClientOptions) {
    this.#world = world;
    this.machine = machine;
    this.name = name;
    this.isLeading = isLeading;
  }

  get isConnected(): boolean {
    return this.isSeated && this.process?.state === "running";
  }

  start(): void {
    if (this.#isRetired || (this.process !== undefined && this.process.state !== "dead")) return;
    const { scenario, trace } = this.#world;
    const process = this.machine.spawn(this.name, undefined);
    this.process = process;
    this.isSeated = false;
    this.client = this.lead = this.guard = undefined;
    const chance = chanceOf(scenario.seed, `${this.name} ${++this.#starts}`);
    trace.note(this.name, `starts as process ${process.pid}`);
    process.whenDead.push(({ code, signal }) => {
      trace.note(this.name, `ended: ${signal ?? `exit code ${code}`}`);
      this.isSeated = false;
      this.#world.oracle.clientEnded(this.name);
      if (!this.#isRetired) {
        this.#world.scheduler.after(scenario.restartMs * (0.5 + chance.next()), () => this.start());
      }
    });
    process.after(START_MS * chance.next(), () => {
      if (this.isLeading) this.#runLeading(process);
      else this.#runPlain(process);
    });
  }

  /** It is not started again, and asked to end. */
  retire(): void {
    this.#isRetired = true;
    this.process?.signal("SIGTERM");
  }

  #runPlain(process: SimProcess): void {
    const runner = new SimRunner(this.#world, process);
    const client = this.#open(process, { runner, observe: () => {} });
    let signals = 0;
    process.onSignal = (signal) => {
      if (signal !== "SIGTERM") return;
      if (++signals > 1) return process.exit(SIGNALLED_CODE + 15);
      this.#spawnTask(process, async () => {
        await client.close();
        this.#leave(process, SIGNALLED_CODE + 15);
      });
    };
  }

  #runLeading(process: SimProcess): void {
    const world = this.#world;
    const { clientConfig: config, oracle, trace } = world;
    const { machine } = this;
    process.adoptsOrphans = true;
    const system = connectionSystem(world, process);
    const signals = signalSystem(process);
    const dead: DeadProcesses = {
      reapOrphans: () => machine.reap(process, (pid) => pid === this.guard?.process.pid),
      isRunning: (group) => machine.isGroupRunning(group),
    };
    const hooks = this.#openHooks(process);
    const leftBehind = {
      adopted: () =>
        machine.childrenOf(process).filter(({ pid }) => pid !== this.guard?.process.pid && pid !== hooks.pid),
      kill: (pid: number) => void machine.signal(pid, "SIGKILL"),
      ownGroup: process.group,
      delay: (ms: number) => wait((...of) => process.after(...of), ms),
    };
    const access = {};
    const server = { host: SERVER_MACHINE, port: SERVER_PORT };
    const lead = new Lead({
      times: config.lead,
      session: () => client,
      spawnGuard: (listener) => {
        const guard = spawnGuard(world, process, (guard) => this.#guardStartsProgram(guard));
        this.guard = guard;
        return new GuardProcess(guard.child, listener, (...of) => process.after(...of));
      },
      orderFor: (claim, token) => guardOrder({ ...config, ...server }, access, ["program"], claim, token),
      release: (token, ms) => releaseSeat(server, token, ms, undefined, system),
      killGroup: (group) => void machine.signal(-group, "SIGKILL"),
      killLeftBehind: (group) => endLeftBehind(leftBehind, group, dead, signals),
      signalProgram: (pid, signal) => void machine.signal(pid, signal),
      now: () => process.now(),
      after: (ms, callback) => process.after(ms, callback),
      say: (line) => trace.note(this.name, line),
      guardEndMs: CLIENT_BOUNDS.guardEndMs,
      leaveMs: CLIENT_BOUNDS.closeTimeoutMs,
    });
    this.lead = lead;
    const runner = new SimRunner(world, process);
    const client = this.#open(process, {
      runner,
      observe: (event) => {
        lead.observe(event);
        hooks.observe(event);
      },
      lead,
    });
    const leaving = new AbortController();
    let count = 0;
    process.onSignal = (signal) => {
      if (signal !== "SIGTERM" && signal !== "SIGINT") return;
      if (++count === 1) return leaving.abort();
      runner.killAll();
      hooks.hooks?.kill();
      lead.killProgram();
      process.exit(SIGNALLED_CODE + 15);
    };
    this.#spawnTask(process, async () => {
      const end: LeadEnd = await lead.run(leaving.signal);
      trace.note(this.name, `stops leading: ${end.kind}`);
      if (end.kind !== "unsure") await client.close();
      await hooks.hooks?.close();
      oracle.leadEnded(end.kind);
      // It keeps its seat, and thereby its connection, on purpose.
      if (end.kind === "unsure") process.exit(UNSURE_CODE);
      else this.#leave(process, end.kind === "ended" ? end.code : 0);
    });
  }

  #guardStartsProgram(guard: SimProcess): void {
    if (!this.killsGuardAtStart) return;
    this.killsGuardAtStart = false;
    // Within its own turn: it gets no further, and reports nothing.
    if (isGuarded(this)) guard.signal("SIGKILL");
  }

  #open(
    process: SimProcess,
    { runner, observe, lead }: { runner: SimRunner; observe: (event: ClientEvent) => void; lead?: Lead },
  ) {
    const { clientConfig: { limits }, oracle, scenario, trace } = this.#world;
    const bounds = { minMs: limits.reconnectMinMs, maxMs: limits.reconnectMaxMs };
    const client = openClientOn(connectionSystem(this.#world, process), {
      host: SERVER_MACHINE,
      port: SERVER_PORT,
      name: this.name,
      reconnect: lead === undefined ? bounds : cappedBackOff(bounds, CLIENT_BOUNDS.leadReconnectMs),
      ...(lead === undefined
        ? {}
        : { leaseMs: scenario.leaseMs, sendsHeartbeat: false, onToken: lead.keepToken }),
      observe: (event) => {
        if (trace.isOn) trace.note(this.name, describe(event));
        this.isSeated = isSeatedAfter(this.isSeated, event);
        const rank = rankIn(event);
        if (rank !== undefined) trace.add({ kind: "rank", actor: this.name, rank });
        if (event.kind === "disconnected") trace.add({ kind: "rank", actor: this.name, rank: undefined });
        oracle.clientEvent(this.name, event);
        observe(event);
      },
      runner,
      limits,
    });
    this.client = client as NonNullable<ClientActor["client"]>;
    this.#spawnTask(process, async () => {
      for await (const _event of client.events);
    });
    return this.client;
  }

  #openHooks(process: SimProcess) {
    const { scenario, oracle, trace } = this.#world;
    if (!scenario.hasHooks) return { hooks: undefined, observe: () => {}, pid: undefined };
    const chance = chanceOf(scenario.seed, `hooks of ${this.name} ${process.pid}`);
    const hooks = new Hooks({
      argv: ["hook"],
      start: (_argv, env) => {
        const hook = process.machine.spawn(`hook of ${this.name}`, process);
        oracle.hookStarted(process, hook, Number(env["RANK_EPOCH"]));
        const takesMs = chance.chance(0.1) ? scenario.hookTimeoutMs * 2 : chance.next() * 500;
        hook.after(takesMs, () => hook.exit(0));
        return { pid: hook.pid, status: hook.ended };
      },
      timeoutMs: scenario.hookTimeoutMs,
      maxWaiting: CLIENT_BOUNDS.hooksWaiting,
      stopTimes: { ...CLIENT_BOUNDS, killAfterMs: scenario.killAfterMs },
      say: (line) => trace.note(this.name, line),
      system: signalSystem(process),
    });
    const changes = new RankChanges();
    return {
      hooks,
      observe: (event: ClientEvent) => {
        const change = changes.note(event);
        if (change !== undefined) hooks.add(change);
      },
      get pid() {
        return hooks.pid;
      },
    };
  }

  /** The process has finished its work, and ends when nothing keeps it. */
  #leave(process: SimProcess, code: number): void {
    leaveWhenIdle(this.#world, process, code);
  }

  #spawnTask(process: SimProcess, task: () => Promise<void>): void {
    task().catch((error) => {
      if (process.state !== "dead") this.#world.oracle.fault(`${this.name} failed: ${error?.stack ?? error}`);
    });
  }
}

/** Whether client or guard may fail without both failing: the other one must be able to act. */
export function isGuarded({ process, guard, isLeading, machine }: ClientActor): boolean {
  if (process?.state !== "running") return false;
  if (!isLeading) return true;
  // A guard that was killed may have left something behind, which only the client ends.
  if (guard === undefined || guard.process.state === "dead") return !machine.living.some(isOfProgram);
  return guard.process.state === "running";
}

/** Whether a process is a program under --lead, or a child of one. */
export function isOfProgram({ name }: { readonly name: string }): boolean {
  return name.endsWith("program");
}

function isSeatedAfter(isSeated: boolean, event: ClientEvent): boolean {
  if (event.kind === "welcome" || event.kind === "yielded") return true;
  return event.kind === "disconnected" ? false : isSeated;
}

function rankIn(event: ClientEvent): number | undefined {
  if (event.kind === "welcome") return event.welcome.rank;
  if (event.kind === "promoted") return event.promoted.rank;
  return event.kind === "yielded" ? event.place.rank : undefined;
}

function describe(event: ClientEvent): string {
  switch (event.kind) {
    case "welcome": {
      const { rank, ticket, epoch } = event.welcome;
      return `welcome: rank ${rank}, ticket ${ticket}, epoch ${epoch}${event.isBack ? ", back" : ""}`;
    }
    case "promoted":
      return `promoted: rank ${event.promoted.rank}, epoch ${event.promoted.epoch}`;
    case "yielded":
      return `yielded: rank ${event.place.rank}, ticket ${event.place.ticket}`;
    case "disconnected":
      return `disconnected: ${event.why}`;
    case "closing":
      return `closing: ${event.closing.reason}`;
    case "execute":
      return `execute ${event.execute.command} ${
        event.execute.args.join(" ")
      } from rank ${event.execute.from.rank}`;
    case "executed":
      return `executed ${event.execute.args.join(" ")}: ${event.execution.status}`;
    default:
      return event.kind;
  }
}
