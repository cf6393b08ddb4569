// What the page knows of the log: its last events and a few counts. It hears every event where the server reports it, so it
// only stores; everything else is done for an open page.

import type { Report, ServerEvent } from "../../log/mod.ts";

/** An event, with its number and time. */
export interface SeenEvent {
  /** Grows by one with each event that is kept. */
  readonly id: number;
  /** In ms since 1970. */
  readonly at: number;
  readonly event: ServerEvent;
}

/** Since the start. */
export interface SeenCounts {
  /** Commands that were accepted. */
  readonly commands: number;
  /** Commands that were refused, and executors of runs that ended neither `ok` nor `delivered`. */
  readonly failures: number;
}

/** How many events are kept. */
const KEPT = 200;
/** The page shows promotions by itself, and the others say nothing to people. */
const LEFT_OUT: ReadonlySet<ServerEvent["event"]> = new Set<ServerEvent["event"]>([
  "client_promoted",
  "clients_promoted",
  "client_identified",
  "message_refused",
  "handshake_failed",
  "foreign_protocol",
  "listening",
  "stopped",
]);

export class SeenEvents {
  readonly #wallClock: () => number;
  readonly #kept: SeenEvent[] = [];
  #nextId = 1;
  #commands = 0;
  #failures = 0;

  constructor(wallClock: () => number) {
    this.#wallClock = wallClock;
  }

  /** A report that is also seen here. */
  tee(report: Report): Report {
    return (event) => {
      report(event);
      this.#see(event);
    };
  }

  /** The number of the last event. */
  get lastId(): number {
    return this.#nextId - 1;
  }

  get counts(): SeenCounts {
    return { commands: this.#commands, failures: this.#failures };
  }

  /** The events after the one with this number, as far as they are kept, oldest first. */
  after(id: number): SeenEvent[] {
    const count = Math.min(this.lastId - id, this.#kept.length);
    const events: SeenEvent[] = [];
    for (let next = this.#nextId - count; next < this.#nextId; next++) events.push(this.#kept[next % KEPT]!);
    return events;
  }

  #see(event: ServerEvent): void {
    if (event.event === "command_accepted") this.#commands += event.count;
    else if (event.event === "command_refused") this.#failures++;
    else if (event.event === "run_ended") this.#failures += failuresOf(event.counts);
    if (LEFT_OUT.has(event.event)) return;
    const id = this.#nextId++;
    this.#kept[id % KEPT] = { id, at: this.#wallClock(), event };
  }
}

function failuresOf(counts: Readonly<Record<string, number>>): number {
  let failures = 0;
  for (const [status, count] of Object.entries(counts)) {
    if (status !== "ok" && status !== "delivered") failures += count;
  }
  return failures;
}
