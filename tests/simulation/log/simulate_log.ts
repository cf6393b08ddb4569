// Runs one scenario of the log simulation: several nodes on one log, injected faults, and the check that everything works
// again.

import type { SimulationOutcome } from "../simulate.ts";
import { SimNats } from "../nats/sim_nats.ts";
import { Trace } from "../trace.ts";
import { Machine } from "../world/machine.ts";
import { Network } from "../world/network.ts";
import { randomStream } from "../world/random_stream.ts";
import { Scheduler } from "../world/scheduler.ts";
import { injectLogFault } from "./inject_log_fault.ts";
import type { LogFaultEvent } from "./log_faults.ts";
import { LogOracle } from "./log_oracle.ts";
import type { LogScenario } from "./log_scenario.ts";
import type { LogWorld, PingRule } from "./log_world.ts";
import { NodeActor } from "./node_actor.ts";
import { SeatClient } from "./seat_client.ts";
import { settleBy } from "../settle.ts";

const SETTLE_MS = 60_000;
const LEAVE_MS = 20_000;
const BUFFER_BYTES = 65_536;

export interface LogSimulationOptions {
  readonly traces?: boolean;
  readonly pingRule?: PingRule;
}

/** Runs `scenario`. Must not be called within a microtask. */
export function simulateLog(scenario: LogScenario, options: LogSimulationOptions = {}): SimulationOutcome {
  return new LogSimulation(scenario, options).run();
}

class LogSimulation {
  readonly #world: LogWorld;
  readonly #nodes: readonly NodeActor[];
  readonly #clients: readonly SeatClient[];
  readonly #machines: Machine[] = [];
  #faults = 0;
  #isRepaired = false;

  constructor(scenario: LogScenario, { traces = false, pingRule = "echo" }: LogSimulationOptions) {
    const { seed, latencyMs, latenessMs, clockDrift } = scenario;
    const scheduler = new Scheduler();
    const trace = new Trace(scheduler, traces);
    const random = randomStream(seed, "machines");
    const machine = (name: string, speed = 1 + clockDrift * (2 * random.next() - 1)) => {
      const options = { name, speed, latenessMs, random: randomStream(seed, `machine ${name}`), trace };
      const made = new Machine(scheduler, options);
      this.#machines.push(made);
      return made;
    };
    const network = new Network(scheduler, trace, {
      seed,
      latencyMs,
      bufferBytes: BUFFER_BYTES,
      splitRate: 0,
    });
    const machines = Array.from({ length: scenario.servers }, (_, i) => machine(`nats-${i + 1}`));
    this.#world = {
      scenario,
      scheduler,
      network,
      nats: new SimNats(network, { ...scenario, machines }),
      oracle: new LogOracle(scheduler, scenario.capacity),
      trace,
      pingRule,
    };
    const { nats, oracle } = this.#world;
    // For the tests of the check itself: what follows a lapse that comes too early.
    oracle.leases.checksLapses = pingRule === "echo";
    nats.onStored = ({ identity }, sequence, id) => oracle.stored(identity, sequence, id);
    this.#nodes = Array.from({ length: scenario.nodes }, (_, i) => {
      return new NodeActor(this.#world, machine(`node-${i + 1}`), i);
    });
    this.#clients = Array.from({ length: scenario.clients }, (_, i) => {
      const name = `client-${i + 1}`;
      const speed = 1 + clockDrift * (2 * random.next() - 1);
      // Most have a lease.
      const leaseMs = i % 4 === 3 ? 0 : scenario.leaseMs;
      return new SeatClient(this.#world, machine(name, speed), this.#nodes, { name, speed, leaseMs });
    });
  }

  run(): SimulationOutcome {
    const { scenario, scheduler, oracle, trace } = this.#world;
    const random = randomStream(scenario.seed, "arrivals");
    for (const actor of [...this.#nodes, ...this.#clients]) {
      scheduler.after(random.next() * scenario.arrivalMs, () => actor.start());
    }
    for (const fault of scenario.faults) scheduler.after(fault.at, () => this.#inject(fault));
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

  #inject(fault: LogFaultEvent): void {
    const { oracle, trace } = this.#world;
    const later = (ms: number, end: () => void) => this.#later(ms, end);
    const context = { world: this.#world, nodes: this.#nodes, clients: this.#clients, later };
    if (!injectLogFault(fault, context)) return;
    this.#faults++;
    oracle.disturbed();
    oracle.cover(`fault: ${fault.kind}`);
    trace.add({ kind: "fault", fault: fault.kind, actor: `target ${fault.target}`, ms: fault.ms });
  }

  #later(ms: number, end: () => void): void {
    const { scheduler, oracle } = this.#world;
    scheduler.after(ms, () => {
      if (this.#isRepaired) return;
      oracle.disturbed();
      end();
    });
  }

  #runUntil(end: number): void {
    const { scheduler, oracle } = this.#world;
    if (oracle.violation !== undefined) return;
    try {
      scheduler.runUntil(end, () => oracle.violation !== undefined);
    } catch (error) {
      oracle.fault(`a callback threw ${error instanceof Error ? error.stack : error}`);
    }
  }

  /** Ends all faults. */
  #repair(): void {
    const { network, nats, scenario, trace, oracle } = this.#world;
    trace.note("world", "everything is repaired");
    this.#isRepaired = true;
    oracle.disturbed();
    network.unblockAll();
    nats.repair(scenario.rates);
    for (const machine of this.#machines) {
      machine.wake();
      for (const process of machine.living) process.signal("SIGCONT");
    }
    for (const actor of [...this.#nodes, ...this.#clients]) actor.start();
  }

  /** Waits until everything works again; a violation if it takes too long. */
  #settle(): void {
    const { scheduler, oracle, scenario } = this.#world;
    const end = scheduler.now + SETTLE_MS + 5 * scenario.leaseMs;
    settleBy(end, {
      scheduler,
      oracle,
      runUntil: (at) => this.#runUntil(at),
      problem: () => this.#problem(),
    });
  }

  /** What does not work yet; `undefined` when everything does. */
  #problem(): string | undefined {
    const { scenario, oracle } = this.#world;
    for (const { life, machine } of this.#nodes) {
      if (life?.isServing !== true) return `${machine.name} does not serve`;
    }
    const states = this.#nodes.map(({ life }) => life!.node!.state);
    const seated = this.#clients.filter(({ isSeated }) => isSeated);
    const expected = Math.min(scenario.capacity, this.#clients.length);
    if (seated.length !== expected) return `${seated.length} of ${expected} clients have a seat`;
    for (const [i, { roster }] of states.entries()) {
      if (roster.size !== expected) return `node-${i + 1} has ${roster.size} seats, not ${expected}`;
      const { client: { isAway }, ticket } = roster.seats.find(({ client }) => client.isAway) ??
        roster.seats[0]!;
      if (isAway) return `the seat ${ticket} is away at node-${i + 1}`;
      for (const client of seated) {
        if (roster.seatOf(client.ticket!) === undefined) return `node-${i + 1} has no seat ${client.ticket}`;
      }
    }
    const [first] = states[0]!.roster.seats;
    const leader = seated.find(({ ticket }) => ticket === first!.ticket)!;
    if (leader.leaseMs > 0 && !oracle.leases.isLeading(leader.who)) return `${leader.who} does not lead`;
    return undefined;
  }

  #leave(): void {
    const { scheduler, oracle, trace } = this.#world;
    if (oracle.violation !== undefined) return;
    trace.note("world", "everybody leaves");
    for (const client of this.#clients) client.retire();
    this.#runUntil(scheduler.now + LEAVE_MS + 2 * this.#world.scenario.leaseMs);
    if (oracle.violation !== undefined) return;
    for (const { life, machine } of this.#nodes) {
      const size = life?.node?.state.roster.size;
      if (size !== 0) oracle.violate("left over", `${machine.name} still has ${size} seats`);
    }
    for (const node of this.#nodes) node.retire();
    this.#runUntil(scheduler.now + LEAVE_MS);
    const left = this.#nodes.filter(({ isDead }) => !isDead);
    if (left.length > 0) oracle.violate("left over", `${left[0]!.machine.name} has not ended`);
  }
}
