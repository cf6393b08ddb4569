// The journal: records, the state after them, and the function that applies them. Pure.

export { apply, type Effect, RULES, type VoidReason } from "./apply.ts";
export {
  type AuditActor,
  type AuditClient,
  type AuditCommand,
  type AuditEntry,
  type AuditKind,
  type AuditMember,
  type AuditSink,
  type KeptEntry,
} from "./audit.ts";
export { checkRow, JournalContentError, readEntry, readRecord, readSnapshot } from "./read_rows.ts";
export {
  type Arrival,
  JOURNAL_VERSION,
  type JournalRecord,
  type Position,
  type RecordKind,
  type SeatClaim,
  type SeatRecord,
} from "./record.ts";
export { ReplayedRoster } from "./replayed_roster.ts";
export { type JournalContents, stateAt, stateBefore } from "./replay.ts";
export { type RosterSeat, RosterState } from "./roster_state.ts";
export type { SavedSeat, SeatedClient, Snapshot } from "./snapshot.ts";
