// Earlier states, from the contents of a journal.

import { apply } from "./apply.ts";
import { JournalContentError } from "./read_rows.ts";
import type { JournalRecord, Position } from "./record.ts";
import { RosterState } from "./roster_state.ts";
import type { Snapshot } from "./snapshot.ts";

/** The contents of a journal. */
export interface JournalContents {
  /** The newest snapshot at or before a position. */
  snapshotAt(position: Position): Snapshot | undefined;
  oldestSnapshot(): Snapshot | undefined;
  /** The records after a position, in order. */
  records(
    after: Position,
  ): Iterable<{ readonly position: Position; readonly at: number; readonly record: JournalRecord }>;
}

/** The state after the last record at or before a position; `undefined`: the journal begins later. @throws {JournalContentError} */
export function stateAt(contents: JournalContents, position: Position): RosterState | undefined {
  const base = contents.snapshotAt(position);
  const state = restore(base);
  let isEmpty = base === undefined;
  for (const next of contents.records(state.position)) {
    if (next.position > position) break;
    // Old records are deleted up to a snapshot.
    if (isEmpty && next.record.kind !== "start") return undefined;
    isEmpty = false;
    apply(state, next.position, next.record);
  }
  state.settle();
  return isEmpty ? undefined : state;
}

/** The state from which the records at and after a position can be applied. */
export function stateBefore(contents: JournalContents, position: Position): RosterState {
  return stateAt(contents, position - 1) ?? new RosterState(undefined);
}

function restore(snapshot: Snapshot | undefined): RosterState {
  if (snapshot === undefined) return new RosterState(undefined);
  try {
    return RosterState.fromSnapshot(snapshot, undefined);
  } catch (error) {
    const { message } = error as Error;
    throw new JournalContentError(`The snapshot at position ${snapshot.position} is damaged: ${message}`, {
      cause: error,
    });
  }
}
