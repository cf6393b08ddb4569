// Records what happens in a simulation: as text, and as events for the page that plays it. Off in long runs, where it would
// take longer than the simulation.

import type { Scheduler } from "./world/scheduler.ts";

/** All times are true times in ms. */
export type TraceEvent =
  /** What an actor or the world did. */
  | { readonly kind: "line"; readonly at: number; readonly actor: string; readonly text: string }
  /** Bytes from one machine to another. They arrive at `until`, or later if the network is blocked. */
  | {
    readonly kind: "message";
    readonly at: number;
    readonly until: number;
    readonly from: string;
    readonly to: string;
    readonly text: string;
  }
  /** A fault of a client or the server. */
  | {
    readonly kind: "fault";
    readonly at: number;
    readonly fault: string;
    readonly actor: string;
    readonly ms: number;
  }
  /** The rank of a client; `undefined` while it is not connected. */
  | { readonly kind: "rank"; readonly at: number; readonly actor: string; readonly rank: number | undefined }
  | {
    readonly kind: "process";
    readonly at: number;
    readonly actor: string;
    readonly process: "client" | "guard" | "program" | "server";
    readonly state: "running" | "stopped" | "dead";
  };

type Untimed<Event> = Event extends unknown ? Omit<Event, "at"> : never;

export class Trace {
  readonly isOn: boolean;
  readonly events: TraceEvent[] = [];
  readonly #scheduler: Scheduler;

  constructor(scheduler: Scheduler, isOn: boolean) {
    this.#scheduler = scheduler;
    this.isOn = isOn;
  }

  note(actor: string, text: string): void {
    this.add({ kind: "line", actor, text });
  }

  add(event: Untimed<TraceEvent>): void {
    if (this.isOn) this.events.push({ ...event, at: this.#scheduler.now } as TraceEvent);
  }

  /** Everything, in lines. The same scenario gives the same bytes. */
  get text(): string {
    return this.events.map((event) => `${renderEvent(event)}\n`).join("");
  }

  /** The lines of actors and faults, without the messages. */
  get account(): string {
    return this.events.filter(({ kind }) => kind === "line" || kind === "fault")
      .map((event) => `${renderEvent(event)}\n`).join("");
  }
}

function renderEvent(event: TraceEvent): string {
  const time = `${(event.at / 1_000).toFixed(6).padStart(12)} s`;
  switch (event.kind) {
    case "line":
      return `${time}  ${event.actor.padEnd(10)} ${event.text}`;
    case "fault":
      return `${time}  FAULT      ${event.fault} ${event.actor}, ${event.ms} ms`;
    case "message":
      return `${time}  ${event.from} > ${event.to} until ${event.until.toFixed(3)}: ${event.text}`;
    case "rank":
      return `${time}  ${event.actor.padEnd(10)} rank ${event.rank ?? "-"}`;
    case "process":
      return `${time}  ${event.actor.padEnd(10)} ${event.process} ${event.state}`;
  }
}
