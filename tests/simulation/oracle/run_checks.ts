// Checks of runs: what executors receive and do, and which summary the issuer gets (G4, G5, G7, G8).

import type { RunSummary } from "../../../src/protocol/methods/mod.ts";
import type { Violate } from "./violation.ts";

interface SentRun {
  /** The issuer's ticket when it sent the run. */
  readonly ticket: number;
  /** The tickets of the executors that received the run. */
  readonly tickets: Set<number>;
  /** The exit codes of the executors that have finished, by ticket. */
  readonly codes: Map<number, number>;
  /** The true time at which the server accepted the run, in ms. */
  acceptedAt: number | undefined;
}

/** The timeout of every run, in ms. */
export const RUN_TIMEOUT_MS = 1_000;
/** The part of a timeout that passes at least, although clocks differ in speed. */
const CLOCK_SLACK = 0.9;

const STATUSES = ["ok", "failed", "refused", "delivered", "timed_out", "lost", "cancelled"] as const;

export class RunChecks {
  readonly #violate: Violate;
  readonly #isSingle: boolean;
  #lastNumber = 0;
  /** When the member with each ticket left or was disconnected. */
  readonly #goneAt = new Map<number, number>();
  readonly #runs = new Map<string, SentRun>();
  /** The issuers of the runs that have no answer yet, by run. */
  readonly #open = new Map<string, string>();

  /** @param isSingle with several servers, the issuer's may learn later than its timeout that an executor has left */
  constructor(violate: Violate, isSingle: boolean) {
    this.#violate = violate;
    this.#isSingle = isSingle;
  }

  /** The number of runs whose issuers wait for an answer. */
  get unanswered(): number {
    return this.#open.size;
  }

  /** A name for the next run. */
  nextName(): string {
    return `run-${++this.#lastNumber}`;
  }

  sent(run: string, issuer: string, ticket: number): void {
    this.#open.set(run, issuer);
    this.#runs.set(run, {
      ticket,
      tickets: new Set(),
      codes: new Map(),
      acceptedAt: undefined,
    });
  }

  settled(run: string): void {
    this.#open.delete(run);
  }

  /** The client has ended and no longer waits for an answer. */
  clientEnded(name: string): void {
    for (const [run, issuer] of this.#open) if (issuer === name) this.#open.delete(run);
  }

  /**
   * An executor has received a run.
   *
   * @param ticket the ticket of the executor
   * @param from the ticket of the issuer, as the executor was told
   */
  arrived(run: string, name: string, ticket: number, from: number): void {
    const sent = this.#runs.get(run);
    if (sent === undefined) return this.#violate("G4", `${name} received ${run}, which no client sent`);
    if (sent.tickets.has(ticket)) this.#violate("G4", `${name} received ${run} twice`);
    sent.tickets.add(ticket);
    if (ticket <= from) {
      this.#violate(
        "G5",
        `${name} (ticket ${ticket}) received ${run} from ticket ${from}, which does not outrank it`,
      );
    }
  }

  accepted(run: string, at: number): void {
    const sent = this.#runs.get(run);
    if (sent !== undefined) sent.acceptedAt = at;
  }

  /** The member with this ticket left or was disconnected. */
  gone(ticket: number, at: number): void {
    this.#goneAt.set(ticket, at);
  }

  completed(run: string, ticket: number, code: number): void {
    this.#runs.get(run)?.codes.set(ticket, code);
  }

  ended(run: string, summary: RunSummary): void {
    const sent = this.#runs.get(run)!;
    const total = STATUSES.reduce((sum, status) => sum + summary[status], 0);
    const tickets = new Set(summary.results.map(({ ticket }) => ticket));
    if (total !== summary.executors || tickets.size !== summary.executors) {
      this.#violate(
        "G7",
        `${run}: ${summary.executors} executors, ${total} counted, ${tickets.size} with a result`,
      );
    }
    for (const { ticket, name, status } of summary.results) {
      if (ticket <= sent.ticket) {
        this.#violate("G5", `${run} of ticket ${sent.ticket} was executed by ticket ${ticket}`);
      }
      if (status === "ok" && sent.codes.get(ticket) !== 0) {
        this.#violate(
          "G7",
          `${run} is ok at ${name}, where it ended with ${sent.codes.get(ticket) ?? "no exit code"}`,
        );
      }
      const goneAt = this.#goneAt.get(ticket) ?? Infinity;
      if (
        this.#isSingle && status === "timed_out" && goneAt > sent.acceptedAt! &&
        goneAt < sent.acceptedAt! + RUN_TIMEOUT_MS * CLOCK_SLACK
      ) {
        this.#violate("G8", `${run} is timed_out at ${name}, which had left before its timeout`);
      }
      if ((status === "delivered" || status === "refused") && !sent.tickets.has(ticket)) {
        this.#violate("G7", `${run} is ${status} at ${name}, where it never arrived`);
      }
    }
  }
}
