// A client as a simulated process: one under --lead with its guards and hooks, as `rankclient` builds it, or a plain one that
// sends and executes commands. A supervisor restarts it when it has ended.

import { cappedBackOff } from "../../../src/time/back_off.ts";
import type { Client } from "../../../src/client/mod.ts";
import { openClientOn } from "../../../src/client/open_client.ts";
import type { ClientEvent } from "../../../src/client/session/client_event.ts";
import { Lead } from "../../../src/client/lead/lead.ts";
import { CLIENT_BOUNDS } from "../../../src/config/keys/client_bounds.ts";
import type { Machine } from "../world/machine.ts";
import { signalledCode, type SimProcess } from "../world/process.ts";
import { randomStream } from "../world/random_stream.ts";
import { describeEvent, isSeatedAfter, rankIn } from "./client_events.ts";
import { EventConsumer } from "./event_consumer.ts";
import { type GuardSpawn, spawnGuard } from "./guard.ts";
import { mayClientFail } from "./guarded.ts";
import { openHooks } from "./hooks.ts";
import { leadParts } from "./lead_parts.ts";
import { SimRunner } from "./runner.ts";
import { connectionSystem, leaveWhenIdle, serversFor, type World } from "./world.ts";

/** The longest time to load the executable, in ms. */
const START_MS = 100;
/** The exit code when processes of the program may still run. */
const UNSURE_CODE = 137;

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
  consumer: EventConsumer | undefined;
  /** Requests of users for which its current process has no answer. */
  requests = { open: 0 };
  /** A fault: the guard is killed when it next starts a program. */
  killsGuardAtStart = false;
  /** What faults do the next time: with a guard that was started, and when a connection is open. */
  readonly next: { guard?: ((guard: SimProcess) => void) | undefined; connected?: (() => void) | undefined } =
    {};
  readonly #world: World;
  /** Whether it has a seat, according to its events. */
  #isSeated = false;
  #starts = 0;
  /** The guards that its current process has started. */
  #guards = 0;
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
    this.client =
      this.lead =
      this.guard =
      this.consumer =
        undefined;
    this.#guards = 0;
    this.requests = { open: 0 };
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

  /**
   * Lets a guard that is suspended before it takes orders stay so until its client ends, which has to replace it.
   *
   * @returns that guard, if there is one
   */
  keepStartingGuardSuspended(): SimProcess | undefined {
    const { process, guard } = this;
    if (process?.state === "dead" || guard?.isStarting !== true || guard.process.state !== "stopped") {
      return undefined;
    }
    process!.whenDead.push(() => guard.process.signal("SIGCONT"));
    return guard.process;
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
    const lead: Lead = new Lead(
      leadParts(this.#world, process, {
        session: () => client,
        hooks,
        guard: () => this.guard,
        spawnGuard: () => this.#spawnGuard(process),
      }),
    );
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
      oracle.leadEnded(this.name, end, this.#guards);
      // An unsure end keeps the seat: the connection is left open.
      if (end.kind === "unsure") process.exit(UNSURE_CODE);
      else leaveWhenIdle(this.#world, process, end.kind === "ended" ? end.code : 0);
    });
  }

  #spawnGuard(process: SimProcess): GuardSpawn {
    const spawned = spawnGuard(this.#world, process, (guard) => this.#guardStartsProgram(guard));
    this.#guards++;
    this.guard = spawned;
    this.next.guard?.(spawned.process);
    this.next.guard = undefined;
    return spawned;
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
    const consumer = new EventConsumer(this.#world.oracle.bounds);
    this.consumer = consumer;
    const client = openClientOn(connectionSystem(this.#world, process), {
      ...serversFor(this.#world, this.name),
      name: this.name,
      accessToken: this.#world.tokens?.of(this.name),
      reconnect: lead === undefined ? bounds : cappedBackOff(bounds, CLIENT_BOUNDS.leadReconnectMs),
      ...(lead === undefined
        ? {}
        : { leaseMs: scenario.leaseMs, sendsHeartbeat: false, onToken: lead.keepToken }),
      observe: (event) => {
        consumer.note();
        if (event.kind === "executed") runner.executed(event.execute);
        this.#note(event);
        observe?.(event);
      },
      runner,
      limits,
    });
    this.client = client;
    this.#run(process, () => consumer.read(client.events));
    return client;
  }

  #note(event: ClientEvent): void {
    const { oracle, trace } = this.#world;
    if (trace.isOn) trace.note(this.name, describeEvent(event));
    this.#isSeated = isSeatedAfter(this.#isSeated, event);
    if (event.kind === "connected") {
      const act = this.next.connected;
      this.next.connected = undefined;
      // The connection can be used after the event.
      if (act !== undefined) this.process!.defer(act);
    }
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
