// Deletes old records and audit entries. The newest snapshot and the records after it are never deleted: the state needs them.

import type { DatabaseSync } from "node:sqlite";

export interface Retention {
  /** Older records and audit lines are deleted, in ms. */
  readonly keepMs: number;
  /** Beyond this size the oldest ones are deleted, in bytes: audit lines first. */
  readonly maxBytes: number;
}

/** The most that one call deletes, so that no turn of the server takes long. */
const MAX_AUDIT_LINES = 10_000;
const MAX_SPANS = 2;
/** The size is measured again after this many lines. */
const LINES_AT_ONCE = 500;

/**
 * Deletes what is too old, and the oldest of the rest while the file is too large. Uses a transaction of its own.
 *
 * Records are deleted from one snapshot to the next, so the remaining records can be replayed: from the oldest snapshot if
 * it is older than all of them, and otherwise from the first record.
 *
 * @param now milliseconds since 1970
 * @returns whether there may be more to delete: call it again soon
 */
export function prune(database: DatabaseSync, { keepMs, maxBytes }: Retention, now: number): boolean {
  const before = now - keepMs;
  const isTooLarge = () => usedBytes(database) > maxBytes;
  database.exec("BEGIN IMMEDIATE");
  try {
    let lines = deleteAudit(database, before, MAX_AUDIT_LINES);
    let spans = 0;
    while (spans < MAX_SPANS && deleteSpan(database, before)) spans++;
    while (lines < MAX_AUDIT_LINES && isTooLarge()) {
      const deleted = deleteAudit(database, Infinity, Math.min(LINES_AT_ONCE, MAX_AUDIT_LINES - lines));
      if (deleted === 0) break;
      lines += deleted;
    }
    if (lines < MAX_AUDIT_LINES) {
      while (spans < MAX_SPANS && isTooLarge() && deleteSpan(database, Infinity)) spans++;
    }
    database.exec("COMMIT");
    return lines === MAX_AUDIT_LINES || spans === MAX_SPANS;
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

/** Without free pages: SQLite reuses them before the file grows. */
export function usedBytes(database: DatabaseSync): number {
  const { bytes } = database.prepare(
    `SELECT (page_count - freelist_count) * page_size AS bytes
     FROM pragma_page_count, pragma_freelist_count, pragma_page_size`,
  ).get()!;
  return bytes as number;
}

/** Deletes the oldest lines from before a time. @returns how many */
function deleteAudit(database: DatabaseSync, before: number, atMost: number): number {
  const { changes } = database.prepare(
    "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ? ORDER BY at LIMIT ?)",
  ).run(before, atMost);
  return Number(changes);
}

/** Deletes the oldest records, up to the first snapshot after them, if that snapshot is older than `before`. */
function deleteSpan(database: DatabaseSync, before: number): boolean {
  const end = database.prepare(
    `SELECT position, at FROM snapshots WHERE position >= (SELECT min(position) FROM records)
     ORDER BY position LIMIT 1`,
  ).get();
  if (end === undefined || (end.at as number) >= before) return false;
  database.prepare("DELETE FROM records WHERE position <= ?").run(end.position!);
  database.prepare("DELETE FROM snapshots WHERE position < ?").run(end.position!);
  return true;
}

/** To be called after an error within a transaction. */
export function rollBack(database: DatabaseSync): void {
  try {
    database.exec("ROLLBACK");
  } catch {
    // After some errors, SQLite has rolled back already.
  }
}
