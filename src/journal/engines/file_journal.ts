// A journal in a file: records, and from time to time a snapshot of the state that they led to. All records between two
// commits are one transaction. While the disk is full, records wait in memory, and nothing that relies on them is sent.

import { apply, type Effect, type JournalRecord, type Position, RosterState, type Snapshot } from "../mod.ts";
import type { Journal } from "./journal.ts";
import { orFileError } from "./journal_file_error.ts";

export interface KeptRecord {
  readonly position: Position;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly record: JournalRecord;
}

/** Where the records are kept. */
export interface JournalFile {
  readonly path: string;
  /** It may lack records that were promised: it is new or a backup. */
  readonly mayLackRecords: boolean;
  /** The newest snapshot; `undefined`: there is none. */
  readonly snapshot: Snapshot | undefined;
  /** The records after that snapshot, in order. */
  readonly records: readonly KeptRecord[];
  /**
   * Writes all of this or nothing. It survives this process; with `isSynced`, also a power failure.
   *
   * @throws when it cannot be written
   */
  write(records: readonly KeptRecord[], snapshot: Snapshot | undefined, isSynced: boolean): void;
  close(): void;
}

export interface FileJournalOptions {
  /** The lowest position for the next record; the file may contain higher ones. */
  readonly firstPosition: Position;
  /** Monotonic, in ms. */
  readonly now: () => number;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /**
   * Records between two snapshots, or half as many as there are seats, so that snapshots do not cost much more than records:
   * so many are applied again at the next start.
   */
  readonly recordsPerSnapshot: number;
  /** Called when writing begins to fail. */
  readonly onFailure: (message: string) => void;
  /** Called when everything has been written after a failure. */
  readonly onRecovery: () => void;
}

/** How long to wait before writing is tried again after a failure, in ms. */
const RETRY_MS = 1_000;
/** The longest time between two snapshots, in ms: old records are deleted up to a snapshot. */
const SNAPSHOT_MS = 24 * 3_600_000;
/** With so many records since the last snapshot, a life begins with one. */
const MANY_RECORDS = 1_000;

export class FileJournal<Member> implements Journal<Member> {
  readonly state: RosterState<Member>;
  readonly mayLackRecords: boolean;
  readonly keepsRecords = true;
  readonly #file: JournalFile;
  readonly #options: FileJournalOptions;
  #next: Position;
  #waiting: KeptRecord[] = [];
  #sinceSnapshot: number;
  #snapshotAt: number;
  #retryAt = -Infinity;
  #hasFailed = false;

  /**
   * Applies what the file contains. @param file is closed with the journal, or when this fails
   *
   * @throws {JournalFileError} when the file contains what this program does not know
   */
  constructor(file: JournalFile, nobody: Member, options: FileJournalOptions) {
    this.#file = file;
    this.#options = options;
    this.mayLackRecords = file.mayLackRecords;
    try {
      this.state = replay(file, nobody);
    } catch (error) {
      file.close();
      throw orFileError(file.path, error);
    }
    this.#sinceSnapshot = file.records.length;
    this.#snapshotAt = this.#sinceSnapshot >= MANY_RECORDS ? -Infinity : options.now() + SNAPSHOT_MS;
    this.#next = Math.max(options.firstPosition - 1, this.state.position + 1);
  }

  get isFailing(): boolean {
    return this.#hasFailed;
  }

  append(record: JournalRecord): readonly Effect<Member>[] {
    const position = this.#next++;
    const effects = apply(this.state, position, record);
    this.#waiting.push({ position, at: this.#options.wallClock(), record });
    return effects;
  }

  commit(): boolean {
    if (this.#waiting.length === 0) return true;
    const { now, recordsPerSnapshot, onFailure, onRecovery } = this.#options;
    if (now() < this.#retryAt) return false;
    const count = this.#sinceSnapshot + this.#waiting.length;
    const { state } = this;
    const isDue = count >= Math.max(recordsPerSnapshot, state.size / 2) || now() >= this.#snapshotAt;
    const snapshot = isDue ? state.toSnapshot() : undefined;
    try {
      // Without a lease, records that a power failure takes away let no two clients lead. Those before a synced one stay.
      this.#file.write(this.#waiting, snapshot, state.leases > 0);
    } catch (error) {
      this.#retryAt = now() + RETRY_MS;
      if (!this.#hasFailed) onFailure(error instanceof Error ? error.message : String(error));
      this.#hasFailed = true;
      return false;
    }
    this.#waiting = [];
    this.#sinceSnapshot = isDue ? 0 : count;
    if (isDue) this.#snapshotAt = now() + SNAPSHOT_MS;
    if (this.#hasFailed) onRecovery();
    this.#hasFailed = false;
    return true;
  }

  close(): void {
    this.#retryAt = -Infinity;
    this.commit();
    this.#file.close();
  }
}

function replay<Member>({ snapshot, records }: JournalFile, nobody: Member): RosterState<Member> {
  const state = snapshot === undefined ? new RosterState(nobody) : RosterState.fromSnapshot(snapshot, nobody);
  for (const { position, record } of records) apply(state, position, record);
  state.settle();
  return state;
}
