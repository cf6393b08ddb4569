// The methods of the protocol: their params, results and notifications.

export type {
  CloseReason,
  Closing,
  CommandsChanged,
  DryRunSummary,
  ExecuteParams,
  Issuer,
  Member,
  Place,
  Promoted,
  Refused,
  ResultNote,
  Roster,
  RosterChanged,
  RunCounts,
  RunParams,
  RunResult,
  RunSummary,
  Times,
  Waiting,
  Welcome,
} from "./methods.ts";
export type { Evicted, ServerStatus } from "./operator_methods.ts";
export { EvictParams, ExecuteResult, HelloParams, readShape } from "./params.ts";
export { PROTOCOL_VERSION } from "./protocol_version.ts";
export { RunEncoding } from "./run_encoding.ts";
export { type Status, STATUSES } from "./statuses.ts";
