// Runs one scenario: injects its faults, repairs everything and checks that it works again, and lets all clients and the
// server end.

import { ClientActor } from "./actors/client.ts";
import { accessTokens } from "./actors/access_tokens.ts";
import { ServerActor } from "./actors/server.ts";
import { SERVER_PORT, serverMachines, type World } from "./actors/world.ts";
import { type BaseConfigs, clientConfig, serverConfig } from "./configs.ts";
import { type Fault, machineOf } from "./faults/fault.ts";
import { injectFault } from "./faults/inject.ts";
import { Oracle } from "./oracle/oracle.ts";
import type { Violation } from "./oracle/violation.ts";
import { clientNames, type Scenario } from "./scenario.ts";
import { SimNats } from "./nats/sim_nats.ts";
import { Trace } from "./trace.ts";
import { randomStream } from "./world/random_stream.ts";
import { SimDisk } from "./world/disk.ts";
import { Machine } from "./world/machine.ts";
import { Network } from "./world/network.ts";
import { Scheduler } from "./world/scheduler.ts";
import { settleBy } from "./settle.ts";

export interface SimulationOutcome {
  readonly violation: Violation | undefined;
  /** The number of faults that were injected. */
  readonly faults: number;
  readonly simulatedMs: number;
  /** How often each kind of event has happened. */
  readonly covered: ReadonlyMap<string, number>;
  readonly trace: Trace;
}

/** The earliest start of a client, in ms. */
const FIRST_MS = 500;
/** The time for connections to time out, guards to be replaced and programs to end, in ms. */
const SETTLE_MS = 60_000;
/** The time for all clients to end, and then for the server, in ms. */
const LEAVE_MS = 40_000;
/** The delay of a restart of the server after the faults, in ms. */
const RESTART_MS = 100;

/** Runs `scenario`. Must not be called within a microtask. */
export function simulate(
  scenario: Scenario,
  base: BaseConfigs,
  options: { readonly traces?: boolean } = {},
): SimulationOutcome {
  return new Simulation(scenario, base, options.traces ?? false).run();
}

class Simulation {
  readonly #world: World;
  readonly #servers: readonly ServerActor[];
  readonly #clients: readonly ClientActor[];
  #faults = 0;
  /** Whether the faults are over. A fault that is still to be ended later has been ended by the repair. */
  #isRepaired = false;

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
    const configs = {
      serverConfig: serverConfig(scenario, base.server),
      clientConfig: clientConfig(scenario, base.client),
    };
    const network = new Network(scheduler, trace, { seed, latencyMs, bufferBytes, splitRate });
    const serverNames = serverMachines(scenario);
    const servers = serverNames.map((name) => machine(name));
    const { cluster } = scenario;
    const natsMachines = Array.from(
      { length: cluster?.natsServers ?? 0 },
      (_, i) => machine(`nats-${i + 1}`),
    );
    this.#world = {
      scenario,
      scheduler,
      network,
      disk: new SimDisk(randomStream(seed, "disk")),
      servers: serverNames.map((host) => ({ host, port: SERVER_PORT })),
      nats: cluster && new SimNats(network, { ...cluster, seed, machines: natsMachines }),
      ...configs,
      tokens: scenario.hasTokens ? accessTokens(clientNames(scenario)) : undefined,
      strangers: new Set(),
      oracle: new Oracle(scheduler, { scenario, ...configs }),
      trace,
    };
    this.#servers = servers.map((machine, i) => new ServerActor(this.#world, machine, i));
    this.#clients = clientNames(scenario).map((name, i) =>
      new ClientActor(this.#world, machine(name), { name, isLeading: i < scenario.leaders })
    );
  }

  run(): SimulationOutcome {
    const { scenario, scheduler, oracle, trace } = this.#world;
    const random = randomStream(scenario.seed, "arrivals");
    for (const server of this.#servers) scheduler.after(0, () => server.start());
    for (const client of this.#clients) {
      scheduler.after(FIRST_MS + random.next() * scenario.arrivalMs, () => client.start());
    }
    for (const fault of scenario.faults) {
      scheduler.after(fault.at, () => this.#inject(fault));
    }
    this.#runUntil(scenario.faultsUntilMs);
    this.#repair();
    this.#settle();
    this.#leave();
    return {
      violation: oracle.violation,
      faults: this.#faults,
      simulatedMs: scheduler.now,
      covered: oracle.covered,
      trace,
    };
  }

  #inject(fault: Fault): void {
    const { oracle, trace } = this.#world;
    const { kind, target, ms } = fault;
    const server = this.#servers[(target + ms) % this.#servers.length]!;
    const client = this.#clients[target % this.#clients.length]!;
    const later = (ms: number, end: () => void) => this.#later(ms, end);
    if (
      !injectFault(fault, client, {
        world: this.#world,
        server,
        clients: this.#clients,
        later,
      })
    ) return;
    this.#faults++;
    oracle.cover(`fault: ${kind}`);
    trace.add({ kind: "fault", fault: kind, actor: machineOf(kind, client.name, server.machine.name), ms });
  }

  #later(ms: number, end: () => void): void {
    const wasRepaired = this.#isRepaired;
    this.#world.scheduler.after(ms, () => wasRepaired === this.#isRepaired && end());
  }

  #runUntil(end: number): void {
    const { scheduler, oracle } = this.#world;
    if (oracle.violation !== undefined) return;
    try {
      scheduler.runUntil(end, () => {
        for (const server of this.#servers) server.judge();
        return oracle.violation !== undefined;
      });
    } catch (error) {
      oracle.fault(`a callback threw ${error instanceof Error ? error.stack : error}`);
    }
  }

  get #machines(): readonly Machine[] {
    return [...this.#servers, ...this.#clients].map(({ machine }) => machine);
  }

  /** Ends all faults. */
  #repair(): void {
    const { network, disk, scheduler, trace, strangers, nats, scenario } = this.#world;
    trace.note("world", "everything is repaired");
    for (const stranger of strangers) stranger.signal("SIGKILL");
    this.#isRepaired = true;
    network.unblockAll();
    disk.isFull = false;
    disk.isReadOnly = false;
    // A client has to replace a guard that is suspended before it takes orders.
    const starting = new Set(this.#clients.map((client) => client.keepStartingGuardSuspended()));
    for (const machine of this.#machines) {
      machine.wake();
      for (const process of machine.living) {
        if (!starting.has(process)) process.signal("SIGCONT");
      }
    }
    nats?.repair(scenario.cluster!.rates);
    for (const server of this.#servers) {
      const { process } = server;
      if (process?.state === "dead") server.start();
      // It may be ending.
      else process?.whenDead.push(() => scheduler.after(RESTART_MS, () => server.start()));
    }
    for (const client of this.#clients) {
      client.process?.defer(() => client.consumer?.resume());
      client.start();
    }
  }

  /** Waits until everything works again; a violation if it takes too long. */
  #settle(): void {
    const { scheduler, oracle, scenario } = this.#world;
    const end = scheduler.now + 3 * scenario.leaseMaxMs + 2 * scenario.silenceMs + SETTLE_MS;
    settleBy(end, {
      scheduler,
      oracle,
      runUntil: (at) => this.#runUntil(at),
      problem: () => this.#problem(),
    });
  }

  /** What does not work yet; `undefined` when everything does. */
  #problem(): string | undefined {
    const { oracle, scenario } = this.#world;
    for (const { server, journal, machine } of this.#servers) {
      if (server === undefined) return `${machine.name} does not run`;
      if (journal?.isSuspended === true) return `${machine.name} is suspended`;
    }
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
    return oracle.programs.some(({ client }) => client === first.name)
      ? undefined
      : `${first.name} does not lead`;
  }

  /** Ends the clients and then the server. */
  #leave(): void {
    const { scheduler, oracle, trace } = this.#world;
    if (oracle.violation !== undefined) return;
    trace.note("world", "everybody leaves");
    for (const client of this.#clients) client.retire();
    this.#runUntil(scheduler.now + LEAVE_MS);
    for (const server of this.#servers) server.retire();
    this.#runUntil(scheduler.now + LEAVE_MS);
    const left = this.#machines.flatMap(({ living }) => living);
    if (left.length > 0) {
      oracle.violate("left over", `processes that did not end: ${left.map(({ name }) => name).join(", ")}`);
    }
  }
}
