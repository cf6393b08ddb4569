// A disk with the file of a seat store, as SQLite guarantees it. A commit survives the process. Only a synced commit always
// survives a power failure; of the later ones, the newest are lost first.

import type {
  DirtyMark,
  SeatChanges,
  SeatCounters,
  SeatFile,
} from "../../../src/server/seats/file_seat_store.ts";
import type { SeatRecord } from "../../../src/server/seats/seat_store.ts";
import type { Random } from "../../support/random.ts";

interface Contents {
  readonly records: ReadonlyMap<number, SeatRecord>;
  readonly counters: SeatCounters;
}

const EMPTY: Contents = { records: new Map(), counters: { ticket: 0, epoch: 0, knowsPast: 0 } };

export class SimDisk {
  /** Nothing can be added; a byte can still be changed in place. */
  isFull = false;
  isReadOnly = false;
  #current = EMPTY;
  /** The states that a power failure may leave: that of the last synced commit and all later ones, the oldest first. */
  #survivors: Contents[] = [EMPTY];
  /** All states so far: a backup may be of any age. */
  readonly #history: Contents[] = [EMPTY];
  #isMarked = false;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  cutPower(): void {
    this.#current = this.#survivors[this.#random.below(this.#survivors.length)]!;
    this.#survivors = [this.#current];
  }

  /** Restores a backup of the store without its mark, so that the mark counts as set. */
  restoreBackup(): void {
    this.#current = this.#history[this.#random.below(this.#history.length)]!;
    this.#survivors = [this.#current];
    this.#isMarked = true;
  }

  open(): SeatFile {
    const { records, counters } = this.#current;
    return {
      records: [...records.values()].sort((a, b) => a.ticket - b.ticket),
      counters,
      write: (changes, counters, isSynced) => this.#write(changes, counters, isSynced),
      close: () => {},
    };
  }

  /** Opens the mark, in the state that the last server process left. */
  openMark(): DirtyMark {
    let isSet = this.#isMarked;
    return {
      get isSet() {
        return isSet;
      },
      set: () => {
        if (this.isReadOnly) return "Read-only file system";
        isSet = this.#isMarked = true;
        return undefined;
      },
      clear: () => {
        isSet = false;
        if (!this.isReadOnly) this.#isMarked = false;
      },
      [Symbol.dispose]() {},
    };
  }

  #write(changes: SeatChanges, counters: SeatCounters, isSynced: boolean): void {
    if (this.isReadOnly) throw new Error("attempt to write a readonly database");
    if (this.isFull) throw new Error("database or disk is full");
    const records = new Map(this.#current.records);
    for (const [ticket, record] of changes) {
      if (record === undefined) records.delete(ticket);
      else records.set(ticket, record);
    }
    this.#current = { records, counters };
    if (isSynced) this.#survivors = [];
    this.#survivors.push(this.#current);
    this.#history.push(this.#current);
  }
}
