// One simulation, from a scenario to its outcome: faults happen, then everything is repaired and has to work again, and in
// the end everything leaves.

import { loadClientConfig } from "../../src/config/client_config.ts";
import type { ClientConfig } from "../../src/config/client_config.ts";
import { loadServerConfig, type ServerConfig } from "../../src/config/server_config.ts";
import { ClientActor } from "./actors/client.ts";
import { ServerActor } from "./actors/server.ts";
import { SERVER_MACHINE, type World } from "./actors/world.ts";
import { actorOf, inflict } from "./faults.ts";
import { Oracle, type Violation } from "./oracle/oracle.ts";
import { clientNames, type Scenario } from "./scenario.ts";
import { Trace } from "./trace.ts";
import { randomStream } from "./world/random_stream.ts";
import { SimDisk } from "./world/disk.ts";
import { Machine } from "./world/machine.ts";
import { Network } from "./world/network.ts";
import { Scheduler } from "./world/scheduler.ts";

export interface SimulationOutcome {
  readonly violation: Violation | undefined;
  /** Faults that happened. */
  readonly faults: number;
  readonly simulatedMs: number;
  readonly steps: number;
  readonly covered: ReadonlyMap<string, number>;
  readonly trace: Trace;
}

/** Configurations that each scenario changes in some values. */
export interface BaseConfigs {
  readonly server: ServerConfig;
  readonly client: ClientConfig;
}

const SERVER_TOML = `
commands = ["work", "show", "forbidden"]
`;

export async function loadBaseConfigs(): Promise<BaseConfigs> {
  return {
    server: await loadServerConfig({ file: { path: "server.toml", text: SERVER_TOML } }),
    client: await loadClientConfig({ file: { path: "client.toml", text: "" }, host: SERVER_MACHINE }),
  };
}

/** Until the first client arrives, in ms. */
const FIRST_MS = 500;
/** In slices of so many ms it is checked whether everything works again. */
const SETTLE_SLICE_MS = 500;
/** Beyond leases and back-offs: timeouts of connections, guards that are replaced, programs that end. */
const SETTLE_MS = 60_000;
const LEAVE_MS = 40_000;

/** Call it outside of any microtask. */
export function simulate(
  scenario: Scenario,
  base: BaseConfigs,
  options: { readonly traces?: boolean } = {},
): SimulationOutcome {
  const simulation = new Simulation(scenario, base, options.traces ?? false);
  return simulation.run();
}

class Simulation {
  readonly #world: World;
  readonly #server: ServerActor;
  readonly #clients: readonly ClientActor[];
  #faults = 0;
  /** Counts up with every repair: what was to be undone before is done already. */
  #repairs = 0;

  constructor(scenario: Scenario, base: BaseConfigs, traces: boolean) {
    const { seed, latencyMs, bufferBytes, splitRate, latenessMs, clockDrift } = scenario;
    const scheduler = new Scheduler();
    const trace = new Trace(scheduler, traces);
    const random = randomStream(seed, "machines");
    const machine = (name: string) =>
      new Machine(scheduler, {
        name,
        speed: 1 + clockDrift * (2 * random.next() - 1),
        latenessMs,
        random: randomStream(seed, `machine ${name}`),
        trace,
      });
    this.#world = {
      scenario,
      scheduler,
      network: new Network(scheduler, trace, { seed, latencyMs, bufferBytes, splitRate }),
      disk: new SimDisk(randomStream(seed, "disk")),
      serverMachine: machine(SERVER_MACHINE),
      serverConfig: serverConfig(scenario, base.server),
      clientConfig: clientConfig(scenario, base.client),
      oracle: new Oracle(scheduler, scenario),
      trace,
    };
    this.#server = new ServerActor(this.#world);
    this.#clients = clientNames(scenario).map((name, i) =>
      new ClientActor(this.#world, machine(name), { name, isLeading: i < scenario.leaders })
    );
  }

  run(): SimulationOutcome {
    const { scenario, scheduler, oracle, trace } = this.#world;
    const random = randomStream(scenario.seed, "arrivals");
    scheduler.after(0, () => this.#server.start());
    for (const client of this.#clients) {
      scheduler.after(FIRST_MS + random.next() * scenario.arrivalMs, () => client.start());
    }
    for (const fault of scenario.faults) {
      scheduler.after(fault.at, () => {
        if (!inflict(fault, this.#cast)) return;
        this.#faults++;
        oracle.cover(`fault: ${fault.kind}`);
        const { name } = this.#clients[fault.target % this.#clients.length]!;
        trace.add({ kind: "fault", fault: fault.kind, actor: actorOf(fault.kind, name), ms: fault.ms });
      });
    }
    this.#runUntil(scenario.faultsUntilMs);
    this.#repair();
    this.#settle();
    this.#leave();
    return {
      violation: oracle.violation,
      faults: this.#faults,
      simulatedMs: scheduler.now,
      steps: scheduler.steps,
      covered: oracle.covered,
      trace,
    };
  }

  get #cast() {
    return {
      world: this.#world,
      server: this.#server,
      clients: this.#clients,
      later: (ms: number, undo: () => void) => {
        const repairs = this.#repairs;
        this.#world.scheduler.after(ms, () => repairs === this.#repairs && undo());
      },
    };
  }

  #runUntil(end: number): void {
    const { scheduler, oracle } = this.#world;
    if (oracle.violation !== undefined) return;
    try {
      scheduler.runUntil(end, () => {
        if (oracle.violation !== undefined) throw STOP;
      });
    } catch (error) {
      if (error !== STOP) throw error;
    }
  }

  /** The faults are over. */
  #repair(): void {
    const { network, disk, trace, serverMachine } = this.#world;
    trace.note("world", "everything is repaired");
    this.#repairs++;
    network.unblockAll();
    disk.isFull = false;
    disk.isReadOnly = false;
    for (const machine of [serverMachine, ...this.#clients.map(({ machine }) => machine)]) {
      machine.wake();
      for (const process of machine.living) process.signal("SIGCONT");
    }
    if (this.#server.process?.state === "dead") this.#server.start();
    else {this.#server.process?.whenDead.push(() =>
        this.#world.scheduler.after(100, () => this.#server.start())
      );}
    for (const client of this.#clients) client.start();
  }

  /** Within a time that can be stated, some client leads, every client is connected, and every run has ended. */
  #settle(): void {
    const { scheduler, oracle, scenario } = this.#world;
    const end = scheduler.now + 3 * scenario.leaseMaxMs + 2 * scenario.silenceMs + SETTLE_MS;
    let complaint = this.#complaint;
    while (complaint !== undefined && scheduler.now < end && oracle.violation === undefined) {
      this.#runUntil(Math.min(end, scheduler.now + SETTLE_SLICE_MS));
      complaint = this.#complaint;
    }
    if (complaint !== undefined) oracle.violate("liveness", complaint);
  }

  /** What does not work; `undefined`: everything does. */
  get #complaint(): string | undefined {
    const { oracle, scenario } = this.#world;
    if (this.#server.server === undefined) return "the server does not run";
    const seated = this.#clients.filter(({ isConnected }) => isConnected);
    const expected = Math.min(scenario.capacity, this.#clients.length);
    if (seated.length < expected) {
      const names = this.#clients.filter((client) => !seated.includes(client)).map(({ name }) => name);
      return `only ${seated.length} of ${expected} clients have a seat; not ${names.join(", ")}`;
    }
    if (oracle.runs.unanswered > 0) return `${oracle.runs.unanswered} runs have not ended`;
    const first = seated.find(({ client }) => client?.place?.rank === 0);
    if (first === undefined) return "no client has rank 0";
    // A client without a lease blocks those that could lead, as documented.
    if (!first.isLeading) return undefined;
    return oracle.programs.length > 0 ? undefined : "no client leads";
  }

  #leave(): void {
    const { scheduler, oracle, trace, serverMachine } = this.#world;
    if (oracle.violation !== undefined) return;
    trace.note("world", "everybody leaves");
    for (const client of this.#clients) client.retire();
    this.#runUntil(scheduler.now + LEAVE_MS);
    if (this.#server.process !== undefined) this.#server.process.whenDead.length = 0;
    this.#server.process?.signal("SIGTERM");
    this.#runUntil(scheduler.now + LEAVE_MS);
    const left = [serverMachine, ...this.#clients.map(({ machine }) => machine)].flatMap(({ living }) =>
      living
    );
    if (left.length > 0) {
      oracle.violate("left over", `processes that did not end: ${left.map(({ name }) => name).join(", ")}`);
    }
  }
}

const STOP = new Error("a violation was found");

function serverConfig(scenario: Scenario, base: ServerConfig): ServerConfig {
  const { capacity, leaseMaxMs, heartbeatMs, silenceMs, resumeGraceMs, presentMs, waits } = scenario;
  return {
    ...base,
    maxClients: capacity,
    session: {
      ...base.session,
      leaseMaxMs,
      heartbeatMs,
      silenceMs,
      resumeGraceMs,
      presentMs,
      overflow: waits ? "wait" : "refuse",
    },
  };
}

function clientConfig(scenario: Scenario, base: ClientConfig): ClientConfig {
  const { leaseMs, killAfterMs, marginMs, reconnectMinMs, reconnectMaxMs, hookTimeoutMs } = scenario;
  return {
    ...base,
    lead: { ...base.lead, leaseMs, killAfterMs, marginMs, hookTimeoutMs },
    limits: { ...base.limits, reconnectMinMs, reconnectMaxMs },
  };
}
