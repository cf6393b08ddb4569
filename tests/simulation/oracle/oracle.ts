// Checks a simulation from outside, by its processes and by what the server and the clients report. The first violation ends
// the simulation.

import type { LeadEnd } from "../../../src/client/lead/lead_parts.ts";
import type { ClientEvent } from "../../../src/client/session/client_event.ts";
import { LogFault } from "../../../src/journal/engines/nats/mod.ts";
import type { RunSummary } from "../../../src/protocol/methods/mod.ts";
import type { ClientConfig } from "../../../src/config/client_config.ts";
import type { ServerConfig } from "../../../src/config/server_config.ts";
import type { ServerEvent } from "../../../src/log/server_event.ts";
import { serverMachines } from "../actors/world.ts";
import type { ProgramStart } from "../actors/program.ts";
import type { Scenario } from "../scenario.ts";
import type { SimProcess } from "../world/process.ts";
import type { Scheduler } from "../world/scheduler.ts";
import { BoundChecks } from "./bound_checks.ts";
import { RunChecks } from "./run_checks.ts";
import { SeatChecks } from "./seat_checks.ts";
import type { Violation } from "./violation.ts";

/** How long a program may run after its machine has slept, in ms: until its guard checks the clock and it has ended. */
const WAKE_MS = 110;
/** Guards that have to end early before a client may find that it cannot lead. */
const UNFIT_GUARDS = 3;

interface ProgramProcess extends ProgramStart {
  readonly process: SimProcess;
}

export class Oracle {
  readonly runs: RunChecks;
  readonly seats: SeatChecks;
  readonly bounds: BoundChecks;
  /** Of each server. */
  readonly #bounds: readonly BoundChecks[];
  violation: Violation | undefined;
  /** How often each kind of event has happened. */
  readonly covered = new Map<string, number>();
  readonly #scheduler: Scheduler;
  #programs: readonly ProgramProcess[] = [];
  #highestTicket = 0;
  #isRecreated = false;
  /** The last hook of each client process. */
  readonly #lastHook = new Map<SimProcess, SimProcess>();

  constructor(
    scheduler: Scheduler,
    { scenario, serverConfig, clientConfig }: {
      readonly scenario: Scenario;
      readonly serverConfig: ServerConfig;
      readonly clientConfig: ClientConfig;
    },
  ) {
    this.#scheduler = scheduler;
    const isSingle = scenario.cluster === undefined;
    const violate = (guarantee: string, message: string) => this.violate(guarantee, message);
    this.runs = new RunChecks(violate, isSingle);
    this.seats = new SeatChecks(scenario, violate);
    this.#bounds = serverMachines(scenario).map(() =>
      new BoundChecks(serverConfig, clientConfig, violate, (what) => this.cover(what))
    );
    this.bounds = this.#bounds[0]!;
  }

  violate(guarantee: string, message: string): void {
    this.violation ??= { at: this.#scheduler.now, guarantee, message };
  }

  /** What a server must not exceed. */
  boundsOf(server: number): BoundChecks {
    return this.#bounds[server]!;
  }

  /** An error that the product did not expect. */
  fault(message: string): void {
    this.violate("fault", message);
  }

  cover(what: string): void {
    this.covered.set(what, (this.covered.get(what) ?? 0) + 1);
  }

  /** The processes of programs that are alive. */
  get programs(): readonly ProgramProcess[] {
    return this.#programs.filter(({ process }) => process.state !== "dead");
  }

  programStarted(start: ProgramStart, process: SimProcess): void {
    this.cover("program started");
    const { now } = this.#scheduler;
    this.#programs = this.programs;
    for (const other of this.#programs) {
      const { machine, group } = other.process;
      // A child of the same program.
      if (machine === process.machine && group === process.group) continue;
      if (machine.isAsleep || now - machine.wokeAt < WAKE_MS) continue;
      this.violate(
        "G11",
        `${start.client} starts its program (ticket ${start.ticket}) while process ${other.process.pid} of ` +
          `${other.client} (ticket ${other.ticket}) is alive`,
      );
    }
    if (start.ticket < this.#highestTicket && !this.#isRecreated) {
      this.violate(
        "G10",
        `a program starts with ticket ${start.ticket}, after one with ${this.#highestTicket}`,
      );
    }
    this.#highestTicket = Math.max(this.#highestTicket, start.ticket);
    this.#programs = [...this.#programs, { ...start, process }];
  }

  hookStarted(client: SimProcess, hook: SimProcess): void {
    this.cover("hook started");
    const last = this.#lastHook.get(client);
    if (last !== undefined && last.state !== "dead") {
      this.violate("hooks", `${hook.name}: a hook starts while the previous one is alive`);
    }
    this.#lastHook.set(client, hook);
  }

  clientEvent(name: string, event: ClientEvent): void {
    this.cover(`client: ${event.kind}`);
    if (event.kind === "closing") this.cover(`closing: ${event.closing.reason}`);
    this.seats.clientEvent(name, event);
  }

  clientEnded(name: string): void {
    this.seats.clientEnded(name);
    this.runs.clientEnded(name);
  }

  /** @param guards how many guards the client has started */
  leadEnded(name: string, end: LeadEnd, guards: number): void {
    this.cover(`lead end: ${end.kind}`);
    // All leases of a scenario are long enough. A client needs several guards to find that none can be started.
    if (end.kind === "unfit" && guards < UNFIT_GUARDS) this.violate("unfit", `${name} ends: ${end.why}`);
  }

  serverStarts(process: SimProcess, server: number): void {
    this.seats.serverStarts(process);
    this.boundsOf(server).serverStarts();
  }

  /** The log of several servers was created again: tickets and epochs begin again. */
  logRecreated(): void {
    this.#isRecreated = true;
    this.seats.forget();
  }

  /** A server of several has ended by itself. */
  serverFailed(name: string, error: Error): void {
    if (this.#isRecreated && error instanceof LogFault && error.reason === "recreated") {
      return this.cover("server: ended with a log that was created again");
    }
    this.fault(`${name}: ${error.stack ?? error}`);
  }

  serverEvent(event: ServerEvent, server: number): void {
    this.cover(`server: ${event.event}`);
    if (event.event === "fault") this.fault(`server: ${event.where}: ${event.message}`);
    const { now } = this.#scheduler;
    if (event.event === "command_accepted") this.runs.accepted(event.args?.[0] ?? "", now);
    if (event.event === "client_left" || event.event === "client_away") this.runs.gone(event.ticket, now);
    this.seats.serverEvent(event);
    this.boundsOf(server).serverEvent(event);
  }

  runEnded(run: string, summary: RunSummary): void {
    this.cover("run ended");
    for (const { status } of summary.results) this.cover(`status: ${status}`);
    this.runs.ended(run, summary);
    this.bounds.runEnded(summary);
  }

  /** A process that has finished its work has open descriptors or timers. */
  leftOver({ name, descriptors, timers, origins }: SimProcess): void {
    const from = [...origins.values()].map((origin) => `\n${origin}`).join("");
    this.violate("left over", `${name} cannot end: ${descriptors} open descriptors, ${timers} timers${from}`);
  }
}
