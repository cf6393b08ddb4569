// Judges a simulation from outside: by the processes that exist, and by what clients were sent, never by what a program says
// of itself. The first violation ends the simulation.

import type { LeadEnd } from "../../../src/client/lead/lead_parts.ts";
import type { ClientEvent } from "../../../src/client/session/client_event.ts";
import type { RunSummary } from "../../../src/protocol/methods/mod.ts";
import type { ServerEvent } from "../../../src/log/server_event.ts";
import type { ProgramStart } from "../actors/program.ts";
import type { Scenario } from "../scenario.ts";
import type { SimProcess } from "../world/process.ts";
import type { Scheduler } from "../world/scheduler.ts";
import { RunChecks } from "./run_checks.ts";
import { SeatChecks } from "./seat_checks.ts";

export interface Violation {
  readonly at: number;
  /** "G11", "fault", "left over", "liveness" */
  readonly guarantee: string;
  readonly message: string;
}

/** How long a program may go on after its machine has slept, until its guard looks at the clock; and to die. */
const WAKE_MS = 110;

interface LivingProgram extends ProgramStart {
  readonly process: SimProcess;
}

export class Oracle {
  readonly #scheduler: Scheduler;
  readonly runs: RunChecks;
  readonly seats: SeatChecks;
  violation: Violation | undefined;
  /** What was reached: kinds of events and ends. */
  readonly covered = new Map<string, number>();
  #programs: LivingProgram[] = [];
  #highestTicket = 0;
  #lastHook = new Map<SimProcess, { readonly process: SimProcess; readonly epoch: number }>();

  constructor(scheduler: Scheduler, scenario: Scenario) {
    this.#scheduler = scheduler;
    const violate = (guarantee: string, message: string) => this.violate(guarantee, message);
    this.runs = new RunChecks(violate);
    this.seats = new SeatChecks(scenario, violate);
  }

  violate(guarantee: string, message: string): void {
    this.violation ??= { at: this.#scheduler.now, guarantee, message };
  }

  /** An error that the product did not expect. */
  fault(message: string): void {
    this.violate("fault", message);
  }

  cover(what: string): void {
    this.covered.set(what, (this.covered.get(what) ?? 0) + 1);
  }

  /** Programs that live now. */
  get programs(): readonly ProgramStart[] {
    this.#programs = this.#programs.filter(({ process }) => process.state !== "dead");
    return this.#programs;
  }

  programStarted(start: ProgramStart, process: SimProcess): void {
    this.cover("program started");
    const { now } = this.#scheduler;
    for (const other of this.#programs) {
      if (
        other.process.state === "dead" || (other.client === start.client && other.ticket === start.ticket)
      ) continue;
      const { machine } = other.process;
      if (machine.isAsleep || now - machine.wokeAt < WAKE_MS) continue;
      this.violate(
        "G11",
        `${start.client} starts its program (ticket ${start.ticket}) while process ${other.process.pid} of ` +
          `${other.client} (ticket ${other.ticket}) is alive`,
      );
    }
    if (start.ticket < this.#highestTicket) {
      this.violate(
        "G10",
        `a program starts with ticket ${start.ticket}, after one with ${this.#highestTicket}`,
      );
    }
    this.#highestTicket = Math.max(this.#highestTicket, start.ticket);
    this.#programs = this.#programs.filter(({ process }) => process.state !== "dead");
    this.#programs.push({ ...start, process });
  }

  hookStarted(client: SimProcess, hook: SimProcess, epoch: number): void {
    this.cover("hook started");
    const last = this.#lastHook.get(client);
    if (last !== undefined && last.process.state !== "dead") {
      this.violate("hooks", `${hook.name}: a hook starts while the one before is alive`);
    }
    this.#lastHook.set(client, { process: hook, epoch });
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

  leadEnded(kind: LeadEnd["kind"]): void {
    this.cover(`lead end: ${kind}`);
  }

  serverStarts(life: SimProcess): void {
    this.seats.serverStarts(life);
  }

  serverEvent(event: ServerEvent): void {
    this.cover(`server: ${event.event}`);
    if (event.event === "fault") this.fault(`server: ${event.where}: ${event.message}`);
    const { now } = this.#scheduler;
    if (event.event === "command_accepted") this.runs.accepted(event.args?.[0] ?? "", now);
    if (event.event === "client_left" || event.event === "client_away") this.runs.gone(event.ticket, now);
    this.seats.serverEvent(event);
  }

  runEnded(run: string, summary: RunSummary): void {
    this.cover("run ended");
    for (const { status } of summary.results) this.cover(`status: ${status}`);
    this.runs.ended(run, summary);
  }

  /** A process that has finished its work holds something open, or waits for something. */
  leftOver({ name, descriptors, timers, origins }: SimProcess): void {
    const from = [...origins.values()].map((origin) => `\n${origin}`).join("");
    this.violate("left over", `${name} cannot end: ${descriptors} open descriptors, ${timers} timers${from}`);
  }
}
