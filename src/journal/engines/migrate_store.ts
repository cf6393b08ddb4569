// Turns the store of an earlier version into a journal: its seats become the first snapshot.

import type { DatabaseSync } from "node:sqlite";
import { JOURNAL_VERSION, type SavedSeat, type Snapshot } from "../mod.ts";

/**
 * Within a transaction of the caller; the tables of a journal exist already.
 *
 * @param marker the path of the file that says whether the store lacked anything
 * @param now milliseconds since 1970
 */
export function migrateStore(database: DatabaseSync, marker: string, now: number): void {
  const counters = database.prepare("SELECT last_ticket, last_epoch, knows_past FROM counters").get()!;
  const seats = database.prepare("SELECT * FROM seats ORDER BY ticket").all().map((row): SavedSeat => ({
    ticket: row.ticket as number,
    id: `0.1-${row.ticket}`,
    name: row.name as string,
    ip: row.ip as string,
    port: row.port as number,
    since: row.since as number,
    hash: row.token_hash as string,
    usedHash: row.earlier_hash as string | null ?? undefined,
    leaseMs: row.lease_ms as number,
    n: 0,
    isProgram: true,
    isAway: true,
    isEvicted: row.is_evicted !== 0,
  }));
  const position = Math.max(
    counters.last_ticket as number,
    counters.last_epoch as number,
    seats.at(-1)?.ticket ?? 0,
  );
  const snapshot: Snapshot = {
    version: JOURNAL_VERSION,
    position,
    epoch: position,
    capacity: seats.length,
    waitingCapacity: 0,
    isComplete: counters.knows_past !== 0,
    seats,
    waiting: [],
  };
  database.prepare("INSERT INTO snapshots VALUES (?, ?, ?)").run(position, now, JSON.stringify(snapshot));
  const mayLack = counters.knows_past === 0 || !isClear(marker);
  database.exec(`UPDATE about SET may_lack = ${Number(mayLack)}; DROP TABLE seats; DROP TABLE counters`);
}

/** Whether the marker says that nothing was missing. An incomplete one says nothing. */
function isClear(path: string): boolean {
  try {
    // Opening a pipe would block.
    return Deno.lstatSync(path).isFile && /^0 .*\n$/.test(Deno.readTextFileSync(path));
  } catch {
    return false;
  }
}

/** The journal does not need it, and an interrupted migration treats a store without one as incomplete. */
export function removeMarker(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It may be missing, or another user's.
  }
}
