// A journal: a state, and the one place where records get their order. Engines differ in where the records are kept.

import { type Effect, JOURNAL_VERSION, type JournalRecord, type RosterState } from "../mod.ts";

export interface Journal<Member = unknown> {
  readonly state: RosterState<Member>;
  /**
   * Whether the journal may lack records that were promised: a new one, one that keeps nothing, or a backup. Then leases
   * may be unknown, and seats must not keep their tickets.
   */
  readonly mayLackRecords: boolean;
  /** Whether records survive this process; then {@linkcode commit} may fail. */
  readonly keepsRecords: boolean;
  /** Gives a record its position, applies it, and keeps it with the next {@linkcode commit}. @returns what came of it */
  append(record: JournalRecord): readonly Effect<Member>[];
  /**
   * To be called before anything is sent that relies on records appended since the last time.
   *
   * @returns false when they are not kept: nothing that relies on them may be sent. Call it again later
   */
  commit(): boolean;
  /** Whether the last {@linkcode commit} could not keep everything: only what must be should be appended. */
  readonly isFailing: boolean;
  close(): void;
}

/**
 * Begins a server's life: all seats are away.
 */
export function begin<Member>(
  journal: Journal<Member>,
  capacity: number,
  waitingCapacity: number,
): void {
  const { state, mayLackRecords } = journal;
  const isComplete = state.isComplete && !mayLackRecords;
  journal.append({ kind: "start", version: JOURNAL_VERSION, capacity, waitingCapacity, isComplete });
  if (!mayLackRecords) return;
  // A seat whose client has left may still be there, while a later rank 0 has had a higher ticket: each gets a new one, in
  // the same order.
  for (const { ticket, client: { n } } of [...state.seats]) journal.append({ kind: "yield", ticket, n });
  state.settle();
}
