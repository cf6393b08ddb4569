// A journal in a file: records, and sometimes a snapshot of the state after them. All records between two commits are one
// transaction. While the disk is full, records stay in memory, and nothing that depends on them is sent.

import { apply, type Effect, type JournalRecord, type Position, RosterState, type Snapshot } from "../mod.ts";
import type { Journal } from "./journal.ts";
import { orFileError } from "./journal_file_error.ts";

export interface KeptRecord {
  readonly position: Position;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly record: JournalRecord;
}

/** What a file contained when it was opened. */
export interface FileContents {
  /** The newest snapshot; `undefined`: there is none. */
  readonly snapshot: Snapshot | undefined;
  /** The records after that snapshot, in order. */
  readonly records: readonly KeptRecord[];
}

/** Where the records are stored. */
export interface JournalFile {
  readonly path: string;
  /** It may lack records that clients rely on: it is new or a backup. */
  readonly mayLackRecords: boolean;
  /** How much of it is in use; `undefined`: that cannot be read. */
  readonly usedBytes?: number | undefined;
  /** To be called once: the contents do not stay in memory. */
  takeContents(): FileContents;
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
   * Records between two snapshots, or half as many as there are seats if that is more, so that snapshots take not much more
   * time than records. At most this many are replayed at the next start.
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
/** With at least this many records to replay, a server writes a snapshot when it has started. */
const MANY_RECORDS = 1_000;

export class FileJournal<Member> implements Journal<Member> {
  readonly isShared = false;
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
   * Replays the file. @param file is closed with the journal, or if this fails
   *
   * @throws {JournalFileError} if the file contains something that this program does not know
   */
  constructor(file: JournalFile, placeholder: Member, options: FileJournalOptions) {
    this.#file = file;
    this.#options = options;
    this.mayLackRecords = file.mayLackRecords;
    try {
      const contents = file.takeContents();
      this.state = replay(contents, placeholder);
      this.#sinceSnapshot = contents.records.length;
    } catch (error) {
      file.close();
      throw orFileError(file.path, error);
    }
    this.#snapshotAt = this.#sinceSnapshot >= MANY_RECORDS ? -Infinity : options.now() + SNAPSHOT_MS;
    this.#next = Math.max(options.firstPosition - 1, this.state.position + 1);
  }

  get isFailing(): boolean {
    return this.#hasFailed;
  }

  get usedBytes(): number | undefined {
    return this.#file.usedBytes;
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
      // Without a lease, no two clients can lead because a power failure lost records. A sync also keeps all earlier ones.
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

function replay<Member>({ snapshot, records }: FileContents, placeholder: Member): RosterState<Member> {
  const state = snapshot === undefined
    ? new RosterState(placeholder)
    : RosterState.fromSnapshot(snapshot, placeholder);
  for (const { position, record } of records) apply(state, position, record);
  state.settle();
  return state;
}
