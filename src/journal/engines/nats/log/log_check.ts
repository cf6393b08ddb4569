// Whether the log still is the one that this node has applied. A server that comes back may have lost records, and may have
// taken others in their place before this node has reached it.

import { wait } from "../../../../time/mod.ts";
import type { LogRequestError } from "./log_fault.ts";
import type { LogDescription, LogPort, Sequence } from "./log_port.ts";
import { readRecord } from "./log_record.ts";
import { lostRecords, recreated } from "./log_tail.ts";
import { type LogSystem, retry } from "./retry.ts";

const TIMEOUT_MS = 500;
/** Until a log that is too short is compared again. */
const RECHECK_MS = 500;

/** Which record a node has applied last. */
export interface AppliedMark {
  readonly sequence: Sequence;
  readonly id: string;
}

export interface LogCheckPort {
  readonly log: Pick<LogPort, "describe" | "read">;
  readonly system: LogSystem;
  readonly identity: string;
  lastApplied(): AppliedMark | undefined;
  /** Nothing may be applied until {@linkcode confirmed}. */
  doubtful(): void;
  /** The log contains what was applied. */
  confirmed(): void;
  /**
   * The log ends before what was applied, or the one who answered is behind. A record that is appended now decides: its
   * sequence would be one that was used before.
   */
  tooShort(): void;
  attemptFailed(error: LogRequestError): void;
  fail(error: unknown): void;
}

export class LogCheck {
  readonly #port: LogCheckPort;
  readonly #signal: AbortSignal;
  #description: Promise<LogDescription> | undefined;
  #isCertain = true;
  /** Only what the newest one finds counts. */
  #comparisons = 0;

  constructor(port: LogCheckPort, signal: AbortSignal) {
    this.#port = port;
    this.#signal = signal;
  }

  /** What this node has applied may be something else in the log by now: it should say nothing about it. */
  get isCertain(): boolean {
    return this.#isCertain;
  }

  /** The log may be another one until {@linkcode verify} has compared it. */
  doubt(): void {
    this.#comparisons++;
    this.#isCertain = false;
    this.#port.doubtful();
  }

  /** Compares the log with what was applied, until there is an answer. */
  async verify(): Promise<void> {
    const comparison = ++this.#comparisons;
    const isCurrent = () => comparison === this.#comparisons && !this.#isCertain;
    try {
      while (!await this.#contains(this.#port.lastApplied())) {
        if (!isCurrent()) return;
        this.#port.tooShort();
        const { clock } = this.#port.system;
        await wait((ms, callback) => clock.after(ms, callback), RECHECK_MS, this.#signal);
        if (!isCurrent()) return;
      }
      if (!isCurrent()) return;
      this.#isCertain = true;
      this.#port.confirmed();
    } catch (error) {
      this.#port.fail(error);
    }
  }

  /** Whether the stream was not created again. Asks until there is an answer. */
  async isSameLog(): Promise<boolean> {
    // Not with an answer that is under way: it may be older than what raised the question.
    const { identity } = await this.#retry(() => this.#port.log.describe(TIMEOUT_MS));
    return identity === this.#port.identity;
  }

  /** Whether this sequence belongs to the record with this id. Asks until there is an answer. */
  async isStored(sequence: Sequence, id: string): Promise<boolean> {
    const data = await this.#read(sequence);
    return data !== undefined && readRecord(sequence, data).id === id;
  }

  /** @throws {LogFault} "recreated" or "lost" */
  async #contains(last: AppliedMark | undefined): Promise<boolean> {
    const { identity, first } = await this.#describe();
    if (identity !== this.#port.identity) throw recreated();
    // What was purged is part of a snapshot.
    if (last === undefined || last.sequence < first) return true;
    const { sequence, id } = last;
    const data = await this.#read(sequence);
    if (data === undefined) return false;
    if (readRecord(sequence, data).id === id) return true;
    throw await this.isSameLog() ? lostRecords(sequence, sequence) : recreated();
  }

  #read(sequence: Sequence): Promise<Uint8Array | undefined> {
    return this.#retry(() => this.#port.log.read(sequence, "leader", TIMEOUT_MS));
  }

  /** One question at a time. */
  #describe(): Promise<LogDescription> {
    this.#description ??= this.#retry(() => this.#port.log.describe(TIMEOUT_MS))
      .finally(() => this.#description = undefined);
    return this.#description;
  }

  #retry<Result>(attempt: () => Promise<Result>): Promise<Result> {
    return retry(this.#port.system, this.#signal, attempt, (error) => this.#port.attemptFailed(error));
  }
}
