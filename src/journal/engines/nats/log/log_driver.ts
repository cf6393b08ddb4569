// A node's side of the log: follows it, appends to it, and knows whether it is in touch with it. What the records mean is up
// to its caller, who applies them.

import { Appender } from "./appender.ts";
import { Beats } from "./beats.ts";
import { type AppliedMark, LogCheck } from "./log_check.ts";
import { LogFault, type LogRequestError } from "./log_fault.ts";
import type { LogPortEvent, LogSnapshot, Sequence } from "./log_port.ts";
import { Author, type LogRecord, type RecordBody } from "./log_record.ts";
import type { LogDriverOptions } from "./log_driver_options.ts";
import { LogTail, lostRecords, recreated } from "./log_tail.ts";
import { readSnapshot } from "./read_snapshot.ts";
import { retry } from "./retry.ts";

/** One attempt, without a second one. */
const BEAT_TIMEOUT_MS = 1_000;

export class LogDriver<Outcome> {
  readonly #options: LogDriverOptions<Outcome>;
  readonly #tail: LogTail;
  readonly #appender: Appender<Outcome>;
  readonly #beats: Beats;
  readonly #check: LogCheck;
  readonly #stop = new AbortController();
  #author: Author;
  #lastApplied: AppliedMark | undefined;
  #lastFailure: string | undefined;

  constructor(options: LogDriverOptions<Outcome>) {
    this.#options = options;
    const { log, system, identity, node } = options;
    const fail = (error: unknown) => this.#fail(error);
    const attemptFailed = (error: LogRequestError) => this.#requestFailed(error);
    this.#check = new LogCheck({
      log,
      system,
      identity,
      lastApplied: () => this.#lastApplied,
      doubtful: () => this.#tail.hold(),
      confirmed: () => {
        this.#tail.release();
        this.#beats.hurry();
      },
      tooShort: () => this.#nextBeat().send(),
      attemptFailed,
      fail,
    }, this.#stop.signal);
    this.#tail = new LogTail({
      log,
      clock: system.clock,
      apply: (sequence, record) => this.#apply(sequence, record),
      isSameLog: () => this.#check.isSameLog(),
      isStored: (sequence, id) => this.#check.isStored(sequence, id),
      purged: () => void this.#loadSnapshot().catch(fail),
      fail,
    }, identity);
    this.#appender = new Appender({
      log,
      system,
      position: () => this.#tail.position,
      acknowledged: (record, sequence) => this.#acknowledged(record, sequence),
      attemptFailed,
      fail,
    });
    this.#beats = new Beats({
      clock: system.clock,
      isConnected: () => log.isConnected && this.#check.isCertain,
      next: () => this.#nextBeat(),
      changed: (isSuspended) => this.#suspensionChanged(isSuspended),
      suspendedStill: () => void this.#check.verify(),
    });
    this.#author = this.#newAuthor(node);
  }

  /** Of the last record that was applied. */
  get position(): Sequence {
    return this.#tail.position;
  }

  /** True until the first beat has been applied. */
  get isSuspended(): boolean {
    return this.#beats.isSuspended;
  }

  /** Loads the newest snapshot and follows the log from there. Records that are there already come with the first append. */
  async start(): Promise<void> {
    const { log } = this.#options;
    const ends = [
      log.watch((event) => this.#connectionChanged(event)),
      log.follow((sequence, data) => this.#tail.receive(sequence, data)),
    ];
    this.#stop.signal.addEventListener("abort", () => ends.forEach((end) => end()), { once: true });
    await this.#loadSnapshot();
  }

  /** From here on, the node shows that it lives. */
  startBeats(): void {
    // The stream may have been created again just before the first record.
    this.#check.doubt();
    void this.#check.verify();
    this.#beats.start();
  }

  /** Calls back when a beat that is sent after this call has been applied here; never after {@linkcode renew}. */
  whenEchoed(callback: () => void): void {
    this.#beats.whenEchoed(callback);
  }

  /** Others have given this node up: it goes on as another one, without beats until {@linkcode startBeats}. */
  renew(node: string): void {
    this.#author = this.#newAuthor(node);
    this.#beats.stop();
    this.#beats.forget();
  }

  /** Resolves when the record has been applied here. `signal` ends the attempts; the record may be applied nevertheless. */
  append(body: RecordBody, signal?: AbortSignal): Promise<Outcome> {
    if (this.#stop.signal.aborted) return Promise.reject(this.#stop.signal.reason);
    return this.#appender.append(this.#author.sign(body), signal);
  }

  /** Keeps a state of this node. @throws the reason of the end, when the driver stops */
  async saveSnapshot(snapshot: LogSnapshot): Promise<void> {
    const { snapshots, identity } = this.#options;
    await this.#retry(() => snapshots.write(identity, snapshot, this.#stop.signal));
  }

  /** Deletes the records up to the snapshot at `position`, and that snapshot. A newer one must have been kept. */
  async purge(position: Sequence): Promise<void> {
    const { snapshots, identity } = this.#options;
    await this.#retry(() => snapshots.purge(identity, position, this.#stop.signal));
  }

  /** Appends that are under way are rejected. */
  stop(reason: unknown = new DOMException("The log driver was stopped", "AbortError")): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort(reason);
    this.#tail.stop();
    this.#beats.stop();
    this.#appender.stop(reason);
  }

  #apply(sequence: Sequence, record: LogRecord): void {
    const outcome = this.#options.rules.apply(sequence, record);
    this.#lastApplied = { sequence, id: record.id };
    this.#beats.applied(record.id);
    this.#appender.applied(sequence, record.id, outcome);
  }

  #acknowledged(record: LogRecord, sequence: Sequence): void {
    if (sequence > record.pos) return this.#tail.expect(sequence);
    // A sequence that this node had applied before it sent the record.
    void this.#check.isSameLog().then((isSame) => {
      this.#fail(isSame ? lostRecords(sequence, record.pos) : recreated());
    }, (error) => this.#fail(error));
  }

  #nextBeat(): { id: string; send: () => void } {
    const { log, rules } = this.#options;
    const record = this.#author.sign(rules.beat());
    const send = () =>
      void log.append(JSON.stringify(record), record.id, BEAT_TIMEOUT_MS).then(
        ({ sequence }) => this.#acknowledged(record, sequence),
        (error) => error instanceof LogFault ? this.#fail(error) : this.#requestFailed(error),
      );
    return { id: record.id, send };
  }

  #suspensionChanged(isSuspended: boolean): void {
    const { onEvent } = this.#options;
    if (!isSuspended) {
      this.#lastFailure = undefined;
      return onEvent({ kind: "resumed" });
    }
    const reason = this.#lastFailure;
    onEvent(reason === undefined ? { kind: "suspended" } : { kind: "suspended", reason });
  }

  #connectionChanged(event: LogPortEvent): void {
    switch (event.kind) {
      case "connected":
        this.#beats.hurry();
        return void this.#check.verify();
      case "disconnected":
        return this.#check.doubt();
      case "fault":
        return this.#fail(event.fault);
    }
  }

  /** Goes on behind the newest snapshot, after the start or when records are missed that were purged. */
  async #loadSnapshot(): Promise<void> {
    const { log, snapshots, identity, rules } = this.#options;
    const snapshot = await readSnapshot({
      log,
      snapshots,
      identity,
      signal: this.#stop.signal,
      position: () => this.position,
      retry: (attempt) => this.#retry(attempt),
    });
    if (snapshot !== undefined && snapshot.position > this.position) rules.restore(snapshot);
    this.#tail.jumpTo(snapshot?.position ?? 0);
    this.#appender.skipped();
  }

  #retry<Result>(attempt: () => Promise<Result>): Promise<Result> {
    return retry(this.#options.system, this.#stop.signal, attempt, (error) => this.#requestFailed(error));
  }

  #requestFailed(error: LogRequestError): void {
    this.#lastFailure = error.message;
  }

  #newAuthor(node: string): Author {
    return new Author(node, this.#options.identity, () => this.#tail.position);
  }

  #fail(error: unknown): void {
    if (this.#stop.signal.aborted) return;
    const fault = error instanceof LogFault
      ? error
      : new LogFault("unknown", `Cannot apply the log after ${this.position}`, { cause: error });
    this.stop(fault);
    this.#options.onEvent({ kind: "fault", fault });
  }
}
