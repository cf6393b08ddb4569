// Puts the records of the log in order. A record that comes too early is kept; what is missing is fetched. It also notices
// that the log is not the one it was: what was applied cannot be taken back.

import type { Clock } from "../../../../time/mod.ts";
import { HoleFiller } from "./hole_filler.ts";
import { LogFault } from "./log_fault.ts";
import type { LogPort, Sequence } from "./log_port.ts";
import { type LogRecord, readRecord } from "./log_record.ts";

/** Records that are kept until those before them have come. */
const MAX_HELD = 20_000;
/**
 * A record that is known to exist is fetched after one to two times this: it is probably on its way. Several authors at the
 * same time make new records come slightly out of order.
 */
const PATIENCE_MS = 15;

export interface LogTailPort {
  readonly log: Pick<LogPort, "read" | "readNext">;
  readonly clock: Clock;
  /** Also a record that was made for another log, or after records that are lost: the rules know that by its `log` and `pos`. */
  apply(sequence: Sequence, record: LogRecord): void;
  /** Whether the log still is the one with this identity. */
  isSameLog(): Promise<boolean>;
  /** Whether this sequence of the log belongs to the record with this id. */
  isStored(sequence: Sequence, id: string): Promise<boolean>;
  /** Records after the position are gone: the tail waits for {@linkcode LogTail.jumpTo}. */
  purged(): void;
  /** The tail has stopped. */
  fail(error: unknown): void;
}

export class LogTail {
  readonly #port: LogTailPort;
  readonly #identity: string;
  readonly #filler: HoleFiller;
  readonly #stop = new AbortController();
  readonly #held = new Map<Sequence, Uint8Array>();
  #position: Sequence = 0;
  /** Nothing is applied: before the start, without a snapshot, or while it is not certain which log this is. */
  #isPaused = true;
  /** Nothing is applied either: after a connection, what comes may be of a log that has lost records. */
  #isHeld = false;
  /** Known to exist since the last tick of the timer, and since the one before. */
  #expected = { recently: 0, before: 0 };
  #cancelTimer: (() => void) | undefined;

  constructor(port: LogTailPort, identity: string) {
    this.#port = port;
    this.#identity = identity;
    this.#filler = new HoleFiller({
      log: port.log,
      clock: port.clock,
      position: () => this.#position,
      lastWanted: () => this.#isStill ? 0 : this.#position + MAX_HELD,
      isMissing: (sequence) => sequence > this.#position && !this.#held.has(sequence),
      receive: (sequence, data) => this.receive(sequence, data),
      purged: () => this.#purged(),
      fail: (error) => this.#fail(error),
    }, this.#stop.signal);
  }

  get position(): Sequence {
    return this.#position;
  }

  /** Applies nothing until {@linkcode release}. What came before it is fetched again. */
  hold(): void {
    this.#isHeld = true;
    this.#held.clear();
  }

  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#applyHeld();
  }

  get #isStill(): boolean {
    return this.#isPaused || this.#isHeld;
  }

  /** Goes on behind a snapshot, or starts. */
  jumpTo(position: Sequence): void {
    this.#position = Math.max(this.#position, position);
    for (const sequence of this.#held.keys()) if (sequence <= this.#position) this.#held.delete(sequence);
    this.#isPaused = false;
    this.#applyHeld();
  }

  /** A record of the log, in any order and any number of times. */
  receive(sequence: Sequence, data: Uint8Array): void {
    if (this.#stop.signal.aborted) return;
    if (sequence <= this.#position) return this.#checkOld(sequence, data);
    if (sequence <= this.#position + MAX_HELD) this.#held.set(sequence, data);
    this.expect(sequence);
    if (sequence === this.#position + 1) this.#applyHeld();
  }

  /** There is a record with this sequence. */
  expect(sequence: Sequence): void {
    if (this.#stop.signal.aborted || sequence <= this.#position) return;
    this.#expected.recently = Math.max(this.#expected.recently, sequence);
    this.#cancelTimer ??= this.#port.clock.after(PATIENCE_MS, () => this.#tick());
  }

  stop(): void {
    this.#stop.abort();
    this.#cancelTimer?.();
    this.#held.clear();
  }

  #tick(): void {
    this.#cancelTimer = undefined;
    const { before, recently } = this.#expected;
    this.#expected.before = recently;
    if (before > this.#position) this.#filler.fillTo(before);
    if (recently <= this.#position) return;
    this.#cancelTimer = this.#port.clock.after(PATIENCE_MS, () => this.#tick());
  }

  #applyHeld(): void {
    const start = this.#position;
    try {
      while (!this.#isStill && !this.#stop.signal.aborted && this.#applyNext());
    } catch (error) {
      return this.#fail(error);
    }
    if (this.#position !== start || !this.#isStill) this.#filler.proceed();
  }

  #applyNext(): boolean {
    const sequence = this.#position + 1;
    const data = this.#held.get(sequence);
    if (data === undefined) return false;
    const record = readRecord(sequence, data);
    if (!this.#isPlausible(sequence, record)) {
      // Its author had another log, or records that this one has lost. Those who had them too stop, and to the others it is
      // a record without effect. Or it is a late message of a stream that was deleted.
      void this.#doubt(async () => {
        const isStored = await this.#port.isStored(sequence, record.id);
        return () => {
          if (isStored) return this.#advance(sequence, record);
          this.#held.delete(sequence);
          this.expect(sequence);
        };
      });
      return false;
    }
    this.#advance(sequence, record);
    return true;
  }

  #advance(sequence: Sequence, record: LogRecord): void {
    this.#held.delete(sequence);
    this.#position = sequence;
    this.#port.apply(sequence, record);
  }

  /** A sequence that was used before: a late copy of the same record, or the log began again. */
  #checkOld(sequence: Sequence, data: Uint8Array): void {
    if (this.#isStill) return;
    try {
      const record = readRecord(sequence, data);
      if (this.#isPlausible(sequence, record)) return;
      void this.#doubt(() => {
        if (record.log === this.#identity) throw lostRecords(sequence, record.pos);
        return () => {};
      });
    } catch (error) {
      this.#fail(error);
    }
  }

  #isPlausible(sequence: Sequence, record: LogRecord): boolean {
    return record.log === this.#identity && record.pos < sequence;
  }

  /** Nothing is applied until it is known which log this is. */
  async #doubt(decide: () => (() => void) | Promise<() => void>): Promise<void> {
    this.#isPaused = true;
    try {
      if (!await this.#port.isSameLog()) throw recreated();
      const goOn = await decide();
      if (this.#stop.signal.aborted) return;
      // After a connection that has ended meanwhile, it is fetched and doubted again.
      if (!this.#isHeld) goOn();
      this.#isPaused = false;
      this.#applyHeld();
    } catch (error) {
      this.#fail(error);
    }
  }

  #purged(): void {
    if (this.#isStill) return;
    this.#isPaused = true;
    this.#port.purged();
  }

  #fail(error: unknown): void {
    if (this.#stop.signal.aborted) return;
    this.stop();
    this.#port.fail(error);
  }
}

export function recreated(): LogFault {
  return new LogFault("recreated", "The log was deleted and created again: restart all nodes");
}

export function lostRecords(sequence: Sequence, position: Sequence): LogFault {
  return new LogFault(
    "lost",
    `The log has lost records: it has used sequence ${sequence} again, after records up to ${position}. ` +
      "Restart all nodes; tickets of the lost records may be used again",
  );
}
