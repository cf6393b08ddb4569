// The journal: records, the state that they lead to, and the one function between them. Pure.

export { apply, type Effect, RULES, type VoidReason } from "./apply.ts";
export {
  type Arrival,
  JOURNAL_VERSION,
  type JournalRecord,
  type Position,
  type RecordKind,
  type RecordOf,
  type SeatClaim,
  type SeatRecord,
} from "./record.ts";
export { type RosterSeat, RosterState } from "./roster_state.ts";
export type { SavedSeat, SeatedClient, Snapshot } from "./snapshot.ts";
