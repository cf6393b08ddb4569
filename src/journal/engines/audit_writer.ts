// Writes the audit. Entries are collected in memory and written together about once a second, so that a run needs no
// transaction of its own. A failed write is repeated; entries beyond the limit of the queue are counted and dropped.

import type { AuditEntry, AuditSink, Position } from "../mod.ts";

export interface AuditRow {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly position: Position;
  /** The entry, with its count unless that is 1. */
  readonly json: string;
}

export interface AuditFile {
  /** Writes all rows or none. @throws when they cannot be written */
  writeAudit(rows: readonly AuditRow[]): void;
  /** Deletes old ones. Never throws. @param now milliseconds since 1970 */
  prune(now: number): void;
}

export interface AuditWriterOptions {
  readonly file: AuditFile;
  readonly position: () => Position;
  /** Writes the records that the entries belong to. @returns false when that is not possible */
  readonly commit: () => boolean;
  /** Whether the arguments of commands are recorded. */
  readonly recordsArguments: boolean;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Calls back once; the result cancels it. */
  readonly after: (ms: number, callback: () => void) => () => void;
  /** Called when writing begins to fail, or the first entry is lost. */
  readonly onFailure: (message: string) => void;
  /** Called when everything that was not lost is written. @param lost how many entries were lost */
  readonly onRecovery: (lost: number) => void;
}

interface Waiting {
  readonly at: number;
  readonly position: Position;
  readonly json: string;
  count: number;
}

/** How long entries wait at most, in ms; also the time until writing is tried again. */
const PAUSE_MS = 1_000;
/** The pause between two transactions while entries are left, in ms. */
const SHORT_PAUSE_MS = 20;
/** The most that one transaction writes: it takes a few milliseconds. */
const MAX_ROWS = 500;
const MAX_BATCH_LENGTH = 512 * 1_024;
/** Old entries are deleted after this many were written; one call deletes more than that. */
const ROWS_PER_PRUNE = 5_000;
/** The limit of the queue, in UTF-16 code units: some seconds of a busy server. */
const MAX_QUEUED = 8 * 1_024 * 1_024;

export class AuditWriter implements AuditSink {
  readonly #options: AuditWriterOptions;
  #queue: Waiting[] = [];
  #queuedLength = 0;
  /** After the first dropped entry, all are dropped until the loss is recorded, so that there is one gap, at a known place. */
  #lost = 0;
  #hasFailed = false;
  #sincePruned = 0;
  #stopTimer: (() => void) | undefined;

  constructor(options: AuditWriterOptions) {
    this.#options = options;
  }

  get position(): Position {
    return this.#options.position();
  }

  get recordsArguments(): boolean {
    return this.#options.recordsArguments;
  }

  note(entry: AuditEntry, position = this.position, count = 1): void {
    if (this.#lost > 0) {
      this.#lost += count;
      return;
    }
    const json = JSON.stringify(entry);
    const last = this.#queue.at(-1);
    // Equal entries in a row are one.
    if (last?.json === json && last.position === position) {
      last.count += count;
      return;
    }
    if (this.#queuedLength + json.length > MAX_QUEUED) {
      this.#lost = count;
      this.#fail("more entries than can be written");
    } else this.#add({ at: this.#options.wallClock(), position, json, count });
    this.#stopTimer ??= this.#options.after(PAUSE_MS, () => this.#writeNext());
  }

  close(): void {
    this.#stopTimer?.();
    while (this.#queue.length > 0 && this.#writeBatch());
    // A recovery has added an entry about the loss, and may have set the timer.
    this.#stopTimer?.();
    const lost = this.#lost + this.#queue.reduce((sum, { count }) => sum + count, 0);
    if (this.#hasFailed) this.#options.onRecovery(lost);
    this.#queue = [];
  }

  #writeNext(): void {
    this.#stopTimer = undefined;
    const isWritten = this.#writeBatch();
    if (this.#queue.length === 0) return;
    const pauseMs = isWritten ? SHORT_PAUSE_MS : PAUSE_MS;
    this.#stopTimer = this.#options.after(pauseMs, () => this.#writeNext());
  }

  /** @returns whether anything was written */
  #writeBatch(): boolean {
    const { file, wallClock, commit } = this.#options;
    let rows = 0;
    let length = 0;
    while (rows < this.#queue.length && rows < MAX_ROWS && (rows === 0 || length < MAX_BATCH_LENGTH)) {
      length += this.#queue[rows++]!.json.length;
    }
    try {
      if (!commit()) throw new Error("the journal cannot be written");
      file.writeAudit(this.#queue.slice(0, rows).map(toRow));
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
      return false;
    }
    this.#queue = this.#queue.slice(rows);
    this.#sincePruned += rows;
    if (this.#sincePruned >= ROWS_PER_PRUNE) {
      this.#sincePruned = 0;
      file.prune(wallClock());
    }
    this.#queuedLength = this.#queue.reduce((sum, { json }) => sum + json.length, 0);
    if (this.#queue.length === 0 && this.#hasFailed) this.#recover();
    return true;
  }

  #fail(message: string): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#options.onFailure(message);
  }

  /** Records how many entries are missing here. */
  #recover(): void {
    const lost = this.#lost;
    this.#hasFailed = false;
    this.#lost = 0;
    this.#options.onRecovery(lost);
    if (lost > 0) this.note({ kind: "lost" }, this.position, lost);
  }

  #add(waiting: Waiting): void {
    this.#queue.push(waiting);
    this.#queuedLength += waiting.json.length;
  }
}

function toRow({ at, position, json, count }: Waiting): AuditRow {
  return { at, position, json: count === 1 ? json : `${json.slice(0, -1)},"count":${count}}` };
}
