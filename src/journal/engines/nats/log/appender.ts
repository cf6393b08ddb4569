// Appends records. An append is done when its record has been applied here: an acknowledgment says only that it will be.

import { LogRequestError } from "./log_fault.ts";
import type { LogPort, Sequence } from "./log_port.ts";
import type { LogRecord } from "./log_record.ts";
import { type LogSystem, retry } from "./retry.ts";

/** A server that does not answer in this time may be gone; the next one knows the record if it has it already. */
const ATTEMPT_MS = 500;

export interface AppenderPort {
  readonly log: Pick<LogPort, "append">;
  readonly system: LogSystem;
  /** Of the last record that was applied, or that is in the snapshot that was loaded. */
  position(): Sequence;
  /** The record is in the log. */
  acknowledged(record: LogRecord, sequence: Sequence): void;
  /** An attempt failed and will be repeated. */
  attemptFailed(error: LogRequestError): void;
  fail(error: unknown): void;
}

interface PendingAppend<Outcome> {
  readonly record: LogRecord;
  readonly done: PromiseWithResolvers<Outcome>;
  /** Ends the attempts. */
  readonly attempts: AbortController;
  /** Where the record is in the log, once that is known. */
  sequence: Sequence | undefined;
}

export class Appender<Outcome> {
  readonly #port: AppenderPort;
  readonly #pending = new Map<string, PendingAppend<Outcome>>();
  /** The ids of acknowledged records that have not been applied. */
  readonly #expected = new Map<Sequence, string>();

  constructor(port: AppenderPort) {
    this.#port = port;
  }

  /** Appends that are not done. */
  get size(): number {
    return this.#pending.size;
  }

  /**
   * @param signal ends the attempts; the record may be applied nevertheless, even later
   * @returns what came of the record
   */
  append(record: LogRecord, signal?: AbortSignal): Promise<Outcome> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const pending: PendingAppend<Outcome> = {
      record,
      done: Promise.withResolvers(),
      attempts: new AbortController(),
      sequence: undefined,
    };
    this.#pending.set(record.id, pending);
    const abandon = () => this.#abandon(record.id, signal?.reason);
    signal?.addEventListener("abort", abandon, { once: true });
    void this.#attempt(pending);
    return pending.done.promise.finally(() => signal?.removeEventListener("abort", abandon));
  }

  /** To be called with each applied record of any author. */
  applied(sequence: Sequence, id: string, outcome: Outcome): void {
    this.#checkExpected(sequence, id);
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    pending.attempts.abort();
    pending.done.resolve(outcome);
  }

  /** A record that was acknowledged for this sequence is lost if another one has it: it is appended again. */
  #checkExpected(sequence: Sequence, id: string): void {
    const expected = this.#expected.get(sequence);
    if (expected === undefined) return;
    this.#expected.delete(sequence);
    const lost = expected === id ? undefined : this.#pending.get(expected);
    if (lost === undefined) return;
    lost.sequence = undefined;
    void this.#attempt(lost);
  }

  /** To be called when a snapshot has replaced records that were not applied here: what came of them is not known. */
  skipped(): void {
    for (const sequence of this.#expected.keys()) {
      if (sequence <= this.#port.position()) this.#expected.delete(sequence);
    }
    for (const [id, { sequence }] of this.#pending) {
      if (sequence === undefined || sequence > this.#port.position()) continue;
      this.#abandon(id, new LogRequestError("the record is known only as part of a snapshot"));
    }
  }

  /** Ends all appends. */
  stop(reason: unknown): void {
    for (const id of [...this.#pending.keys()]) this.#abandon(id, reason);
  }

  #abandon(id: string, reason: unknown): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    pending.attempts.abort();
    pending.done.reject(reason);
  }

  async #attempt(pending: PendingAppend<Outcome>): Promise<void> {
    const { log, system } = this.#port;
    const { record, attempts: { signal } } = pending;
    const text = JSON.stringify(record);
    try {
      const attempt = () => log.append(text, record.id, ATTEMPT_MS);
      const { sequence } = await retry(system, signal, attempt, (error) => this.#port.attemptFailed(error));
      pending.sequence = sequence;
      if (sequence > this.#port.position()) this.#expected.set(sequence, record.id);
      this.#port.acknowledged(record, sequence);
      // Applied records are not pending any more, so this one was skipped before the acknowledgment came.
      if (sequence > record.pos) this.skipped();
    } catch (error) {
      if (!signal.aborted) this.#port.fail(error);
    }
  }
}
