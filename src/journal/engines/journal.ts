// A journal: a state, and the place where records get their positions. Engines differ in where they store the records.

import { type Effect, JOURNAL_VERSION, type JournalRecord, type RosterState } from "../mod.ts";

export interface Journal<Member = unknown> {
  readonly isShared: false;
  readonly state: RosterState<Member>;
  /**
   * Whether the journal may lack records that clients rely on: a new one, one in memory, or a backup. Then leases may be
   * unknown, and seats must not keep their tickets.
   */
  readonly mayLackRecords: boolean;
  /** Whether records survive this process; then {@linkcode commit} may fail. */
  readonly keepsRecords: boolean;
  /** Gives a record its position, applies it, and stores it with the next {@linkcode commit}. @returns what it has changed */
  append(record: JournalRecord): readonly Effect<Member>[];
  /**
   * Stores the records that were appended since the last time. Call it before sending anything that depends on them.
   *
   * @returns false if they could not be stored: nothing that depends on them may be sent. Call it again later
   */
  commit(): boolean;
  /** Whether the last {@linkcode commit} failed: append only what is necessary. */
  readonly isFailing: boolean;
  /** How much of its file is in use; `undefined`: it has none, or that cannot be read. */
  readonly usedBytes?: number | undefined;
  close(): void;
}

/** Starts a server: all seats are away. */
export function begin<Member>(
  journal: Journal<Member>,
  capacity: number,
  waitingCapacity: number,
  leaseMaxMs = 0,
): void {
  const { state, mayLackRecords } = journal;
  const isComplete = state.isComplete && !mayLackRecords;
  journal.append({
    kind: "start",
    version: JOURNAL_VERSION,
    capacity,
    waitingCapacity,
    isComplete,
    leaseMaxMs,
  });
  if (!mayLackRecords) return;
  // The journal may contain the seat of a client that has left, although a later leader has had a higher ticket. So each
  // seat gets a new ticket, in the same order.
  for (const { ticket, client: { n } } of [...state.seats]) journal.append({ kind: "yield", ticket, n });
  state.settle();
}
