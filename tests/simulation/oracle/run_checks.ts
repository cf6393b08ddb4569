// Runs, by what executors were sent and did, and by what issuers were answered: G4, G5, G7.

import type { RunSummary } from "../../../src/protocol/methods/mod.ts";

type Violate = (guarantee: string, message: string) => void;

interface SentRun {
  readonly issuer: string;
  /** Of the issuer, when it sent the run. */
  readonly ticket: number;
  /** Names of the executors that it reached. */
  readonly names: Set<string>;
  /** Their tickets. */
  readonly arrived: Set<number>;
  /** Exit codes of those that came to their end, by ticket. */
  readonly codes: Map<number, number>;
  /** When the server accepted it, and its clients began to count the time. */
  acceptedAt: number | undefined;
}

/** Of every run. */
export const TIMEOUT_MS = 1_000;
/** Clocks differ, and timers are late. */
const CLOCK_SLACK = 0.9;

const STATUSES = ["ok", "failed", "refused", "delivered", "timed_out", "lost", "cancelled"] as const;

export class RunChecks {
  readonly #violate: Violate;
  #named = 0;
  readonly #goneAt = new Map<number, number>();
  readonly #runs = new Map<string, SentRun>();
  /** Their issuers wait for the answer, by name. */
  readonly #open = new Map<string, string>();

  constructor(violate: Violate) {
    this.#violate = violate;
  }

  /** Runs whose issuer still waits for the answer. */
  get unanswered(): number {
    return this.#open.size;
  }

  /** For the next run. */
  nextName(): string {
    return `run-${++this.#named}`;
  }

  sent(run: string, issuer: string, ticket: number): void {
    this.#open.set(run, issuer);
    this.#runs.set(run, {
      issuer,
      ticket,
      names: new Set(),
      arrived: new Set(),
      codes: new Map(),
      acceptedAt: undefined,
    });
  }

  settled(run: string): void {
    this.#open.delete(run);
  }

  /** An issuer that has ended waits for nothing. */
  clientEnded(name: string): void {
    for (const [run, issuer] of this.#open) if (issuer === name) this.#open.delete(run);
  }

  /** @param ticket of the executor. @param from of the issuer, as the executor was told */
  arrived(run: string, name: string, ticket: number, from: number): void {
    const sent = this.#runs.get(run);
    if (sent === undefined) return this.#violate("G4", `${name} was sent a run that nobody sent: ${run}`);
    if (sent.names.has(name)) this.#violate("G4", `${name} was sent ${run} twice`);
    sent.names.add(name);
    sent.arrived.add(ticket);
    if (name === sent.issuer) this.#violate("G5", `${name} was sent its own ${run}`);
    if (ticket <= from) {
      this.#violate(
        "G5",
        `${name} (ticket ${ticket}) was sent ${run} by ticket ${from}, which does not outrank it`,
      );
    }
  }

  accepted(run: string, at: number): void {
    const sent = this.#runs.get(run);
    if (sent !== undefined) sent.acceptedAt = at;
  }

  /** The member with this ticket left, or was disconnected. */
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
          `${run} is ok at ${name}, where it came to ${sent.codes.get(ticket) ?? "no end"}`,
        );
      }
      const goneAt = this.#goneAt.get(ticket) ?? Infinity;
      if (
        status === "timed_out" && goneAt > sent.acceptedAt! &&
        goneAt < sent.acceptedAt! + TIMEOUT_MS * CLOCK_SLACK
      ) {
        this.#violate("G8", `${run} timed out at ${name}, which had left before`);
      }
      if ((status === "delivered" || status === "refused") && !sent.arrived.has(ticket)) {
        this.#violate("G7", `${run} is ${status} at ${name}, where it never arrived`);
      }
    }
  }
}
