// Appends records. An append is done when its record has been applied here: an acknowledgment says only that it will be.

import { wait } from "../../../../time/mod.ts";
import { LogRequestError } from "./log_fault.ts";
import type { LogPort, Sequence } from "./log_port.ts";
import type { LogRecord } from "./log_record.ts";
import { type LogSystem, retry } from "./retry.ts";

/** A server that does not answer in this time may be gone; the next one knows the record if it has it already. */
const ATTEMPT_MS = 500;
/** A record that was acknowledged so long ago and has not come may be lost with a server's disk, or with the stream. */
const REPEAT_MS = 2_000;
/** The reason of a signal, which is never read. Without one, the runtime makes an error with a stack for each append. */
const ENDED = new Error("the append has ended");

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
  applied(id: string, outcome: Outcome): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    pending.attempts.abort(ENDED);
    pending.done.resolve(outcome);
  }

  /** To be called when a snapshot has replaced records that were not applied here: what came of them is not known. */
  skipped(): void {
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
    pending.attempts.abort(ENDED);
    pending.done.reject(reason);
  }

  async #attempt(pending: PendingAppend<Outcome>): Promise<void> {
    const { log, system } = this.#port;
    const { record, attempts: { signal } } = pending;
    const text = JSON.stringify(record);
    const attempt = () => log.append(text, record.id, ATTEMPT_MS);
    try {
      while (!signal.aborted) {
        const { sequence } = await retry(system, signal, attempt, (error) => this.#port.attemptFailed(error));
        pending.sequence = sequence;
        this.#port.acknowledged(record, sequence);
        // Applied records are not pending any more, so this one was skipped before the acknowledgment came.
        const isSkipped = this.#pending.get(record.id) === pending && sequence <= this.#port.position();
        if (isSkipped && sequence > record.pos) this.skipped();
        if (signal.aborted) return;
        const { clock } = system;
        await wait((ms, callback) => clock.after(ms, callback), REPEAT_MS, signal);
      }
    } catch (error) {
      if (!signal.aborted) this.#port.fail(error);
    }
  }
}
