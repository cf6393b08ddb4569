// Reads the file of a journal, even while a server writes to it. Rows are read in pages, because a transaction that stays open
// for a slow reader of the output would make the server's file grow.

import type { DatabaseSync } from "node:sqlite";
import {
  checkRow,
  JournalContentError,
  type KeptEntry,
  type Position,
  readEntry,
  readRecord,
  readSnapshot,
  type Snapshot,
} from "../mod.ts";
import type { KeptRecord } from "./file_journal.ts";
import { openForReading } from "./open_for_reading.ts";

const PAGE = 2_000;

type Row = Record<string, string | number>;

export class JournalReader implements Disposable {
  readonly #database: DatabaseSync;

  /** @throws {JournalFileError} */
  constructor(path: string) {
    this.#database = openForReading(path);
  }

  /** The positions of the first and the last record; `undefined`: there is none. */
  get bounds(): { readonly first: Position; readonly last: Position } | undefined {
    const first = this.#number("SELECT min(position) AS value FROM records");
    const last = this.#number("SELECT max(position) AS value FROM records");
    return first === undefined || last === undefined ? undefined : { first, last };
  }

  /** The newest snapshot at or before a position. @throws {JournalContentError} */
  snapshotAt(position: Position): Snapshot | undefined {
    const [row] = this.#all(
      "SELECT position, state FROM snapshots WHERE position <= ? ORDER BY position DESC LIMIT 1",
      position,
    );
    return row && toSnapshot(row);
  }

  /** @throws {JournalContentError} */
  oldestSnapshot(): Snapshot | undefined {
    const [row] = this.#all("SELECT position, state FROM snapshots ORDER BY position LIMIT 1");
    return row && toSnapshot(row);
  }

  // With "+", SQLite uses the index of the times, and does not search all positions.

  /** The first record at or after a time, in ms since 1970. The clock may have been set back: all later ones follow it. */
  firstRecordSince(at: number): Position | undefined {
    return this.#number("SELECT min(+position) AS value FROM records WHERE at >= ?", at);
  }

  /** The last record at or before a time. */
  lastRecordUntil(at: number): Position | undefined {
    return this.#number("SELECT max(+position) AS value FROM records WHERE at <= ?", at);
  }

  /** The first entry of the audit at or after a time. */
  firstEntrySince(at: number): number | undefined {
    return this.#number("SELECT min(+id) AS value FROM audit WHERE at >= ?", at);
  }

  /** The records after a position, in order. @throws {JournalContentError} */
  *records(after: Position): Iterable<KeptRecord> {
    const sql = "SELECT position, at, record FROM records WHERE position > ? ORDER BY position LIMIT ?";
    for (const row of this.#pages(sql, after, "position")) {
      const { position, at, record } = row as { position: number; at: number; record: string };
      checkRow(`The record at position ${position}`, { at, position });
      yield { position, at, record: readRecord(record, position) };
    }
  }

  /** The entries from an id on, in order. @throws {JournalContentError} */
  *entries(from: number): Iterable<KeptEntry> {
    const sql = "SELECT id, at, position, entry FROM audit WHERE id > ? ORDER BY id LIMIT ?";
    for (const row of this.#pages(sql, from - 1, "id")) yield toEntry(row);
  }

  /** Lets `read` see one state of the file, however long it takes. */
  inTransaction<Result>(read: () => Result): Result {
    this.#database.exec("BEGIN");
    try {
      return read();
    } finally {
      this.#database.exec("ROLLBACK");
    }
  }

  /** The snapshots after a position, in order. @throws {JournalContentError} */
  *snapshots(after: Position): Iterable<Snapshot> {
    const sql = "SELECT position, state FROM snapshots WHERE position > ? ORDER BY position LIMIT 1";
    for (let last = after;;) {
      const [row] = this.#all(sql, last);
      if (row === undefined) return;
      yield toSnapshot(row);
      last = row.position as number;
    }
  }

  /** All entries by position, and in order for each; within a transaction. @throws {JournalContentError} */
  *entriesByPosition(): Iterable<KeptEntry> {
    const sql = "SELECT id, at, position, entry FROM audit ORDER BY position, id";
    let rest = this.#number("SELECT count(*) AS value FROM audit")!;
    for (const row of this.#database.prepare(sql).iterate()) {
      rest--;
      yield toEntry(row as Row);
    }
    // Deno 2.9's iterate() ends without an error where there is one.
    if (rest !== 0) throw new JournalContentError(`The audit is damaged: ${rest} entries cannot be read`);
  }

  /** What SQLite finds wrong with the file; `undefined`: nothing. */
  findDamage(): string | undefined {
    const result = this.#database.prepare("PRAGMA quick_check(1)").get()?.quick_check;
    return result === "ok" ? undefined : String(result);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  *#pages(sql: string, after: number, key: "position" | "id"): Iterable<Row> {
    const statement = this.#database.prepare(sql);
    for (let last = after;;) {
      const rows = reading(() => statement.all(last, PAGE) as Row[]);
      yield* rows;
      if (rows.length < PAGE) return;
      last = rows.at(-1)![key] as number;
    }
  }

  #number(sql: string, ...values: number[]): number | undefined {
    const value = this.#all(sql, ...values)[0]?.value;
    return typeof value === "number" ? value : undefined;
  }

  #all(sql: string, ...values: number[]): Row[] {
    return reading(() => this.#database.prepare(sql).all(...values) as Row[]);
  }
}

/** @throws {JournalContentError} for a number that no server writes */
function reading<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) {
      throw new JournalContentError(`The journal is damaged: ${error.message}`);
    }
    throw error;
  }
}

/** @throws {JournalContentError} */
function toSnapshot({ position, state }: Row): Snapshot {
  return readSnapshot(state as string, position as number);
}

function toEntry({ id, at, position, entry }: Row): KeptEntry {
  const kept = { id: id as number, at: at as number, position: position as number };
  checkRow(`The audit entry ${id}`, kept);
  return { ...kept, ...readEntry(entry as string, kept.id) };
}
