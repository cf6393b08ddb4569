// Fetches records that did not come by themselves. Many are fetched at the same time, each until it arrives, from a replica
// and from the leader in turn: either of them may hang. Only the next record is asked for when it is not there.

import { type Clock, wait } from "../../../../time/mod.ts";
import { LogRequestError } from "./log_fault.ts";
import type { LogPort, Sequence, Source } from "./log_port.ts";

const MAX_FETCHES = 64;
const TIMEOUT_MS: Readonly<Record<Source, number>> = { replica: 100, leader: 300 };
/** Between two questions about the next record while it is not there. */
const ABSENT_MS = { min: 20, max: 500 };
/** After a request that failed without waiting, such as one without a connection. */
const FAILED_MS = 50;
/** So often is a record not there until it may have been purged. */
const MIN_MISSES = 3;

export interface HoleFillerPort {
  readonly log: Pick<LogPort, "read" | "readNext">;
  readonly clock: Clock;
  position(): Sequence;
  /** The last record that would be kept; later ones are not fetched yet. */
  lastWanted(): Sequence;
  /** Whether it has neither been applied nor kept. */
  isMissing(sequence: Sequence): boolean;
  receive(sequence: Sequence, data: Uint8Array): void;
  /** The next record is not there any more, and `next` is the first that is. */
  purged(next: Sequence): void;
  fail(error: unknown): void;
}

export class HoleFiller {
  readonly #port: HoleFillerPort;
  readonly #signal: AbortSignal;
  readonly #running = new Set<Sequence>();
  #target = 0;
  /** All below have been started once. */
  #cursor = 0;

  constructor(port: HoleFillerPort, signal: AbortSignal) {
    this.#port = port;
    this.#signal = signal;
  }

  /** Fetches what is missing up to `target`. */
  fillTo(target: Sequence): void {
    this.#target = Math.max(this.#target, target);
    this.proceed();
  }

  /** To be called when the position has changed. */
  proceed(): void {
    if (this.#signal.aborted) return;
    const next = this.#port.position() + 1;
    const last = Math.min(this.#target, this.#port.lastWanted());
    if (next > last) return;
    this.#start(next);
    this.#cursor = Math.max(this.#cursor, next + 1);
    for (; this.#cursor <= last && this.#running.size < MAX_FETCHES; this.#cursor++) {
      this.#start(this.#cursor);
    }
  }

  #start(sequence: Sequence): void {
    if (this.#running.has(sequence) || !this.#port.isMissing(sequence)) return;
    this.#running.add(sequence);
    this.#fetchRecord(sequence).catch((error) => this.#port.fail(error)).finally(() => {
      this.#running.delete(sequence);
      this.proceed();
    });
  }

  async #fetchRecord(sequence: Sequence): Promise<void> {
    const { log } = this.#port;
    let misses = 0;
    let absentMs = ABSENT_MS.min;
    for (let attempt = 0; this.#isWanted(sequence); attempt++) {
      const from = attempt % 2 === 0 ? "replica" : "leader";
      try {
        const data = await log.read(sequence, from, TIMEOUT_MS[from]);
        if (data !== undefined) return this.#signal.aborted ? undefined : this.#port.receive(sequence, data);
        // It is asked for again when it is the next one.
        if (sequence !== this.#port.position() + 1) return;
        if (++misses >= MIN_MISSES) {
          const next = await log.readNext(sequence, from, TIMEOUT_MS[from]);
          if (next !== undefined && next > sequence && this.#isWanted(sequence)) {
            return this.#port.purged(next);
          }
        }
      } catch (error) {
        if (!(error instanceof LogRequestError)) throw error;
        if (!error.isTimeout) await this.#wait(FAILED_MS);
        continue;
      }
      await this.#wait(absentMs);
      absentMs = Math.min(absentMs * 2, ABSENT_MS.max);
    }
  }

  #isWanted(sequence: Sequence): boolean {
    return !this.#signal.aborted && this.#port.isMissing(sequence);
  }

  #wait(ms: number): Promise<void> {
    return wait((ms, callback) => this.#port.clock.after(ms, callback), ms, this.#signal);
  }
}
