// A disk with the file of a journal, as SQLite guarantees it. A commit survives the process. Only a synced commit always
// survives a power failure; of the later ones, the newest are lost first.

import type { JournalFile, KeptRecord } from "../../../src/journal/engines/file_journal.ts";
import type { Snapshot } from "../../../src/journal/snapshot.ts";
import type { Random } from "../../support/random.ts";

interface Contents {
  readonly mayLackRecords: boolean;
  readonly snapshot: Snapshot | undefined;
  /** After the snapshot. */
  readonly records: readonly KeptRecord[];
}

const EMPTY: Contents = { mayLackRecords: true, snapshot: undefined, records: [] };

export class SimDisk {
  /** Nothing can be added. */
  isFull = false;
  isReadOnly = false;
  #current = EMPTY;
  /** The states that a power failure may leave: that of the last synced commit and all later ones, the oldest first. */
  #survivors: Contents[] = [EMPTY];
  /** All states so far: a backup may be of any age. */
  readonly #history: Contents[] = [EMPTY];
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  cutPower(): void {
    this.#current = this.#survivors[this.#random.below(this.#survivors.length)]!;
    this.#survivors = [this.#current];
  }

  /** Restores a backup, which knows that it is one. */
  restoreBackup(): void {
    const backup = this.#history[this.#random.below(this.#history.length)]!;
    this.#current = { ...backup, mayLackRecords: true };
    this.#survivors = [this.#current];
  }

  open(): JournalFile {
    const { mayLackRecords, ...contents } = this.#current;
    return {
      path: "simulated disk",
      mayLackRecords,
      takeContents: () => contents,
      write: (records, snapshot, isSynced) => this.#write(records, snapshot, isSynced),
      close: () => {},
    };
  }

  #write(records: readonly KeptRecord[], snapshot: Snapshot | undefined, isSynced: boolean): void {
    if (this.isReadOnly) throw new Error("attempt to write a readonly database");
    if (this.isFull) throw new Error("database or disk is full");
    // As JSON, as in a file.
    const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value));
    this.#current = snapshot === undefined
      ? { ...this.#current, mayLackRecords: false, records: [...this.#current.records, ...copy(records)] }
      : { mayLackRecords: false, snapshot: copy(snapshot), records: [] };
    if (isSynced) this.#survivors = [];
    this.#survivors.push(this.#current);
    this.#history.push(this.#current);
  }
}
