// The methods of the protocol: one table of them, the shapes of what they take and give, the words of a prompt.

export {
  type Cost,
  costOf,
  isMethodName,
  isOperatorMethodName,
  type MethodName,
  methodOf,
  METHODS,
  type NotificationName,
  type NotificationParams,
  NOTIFICATIONS,
  OPERATOR_METHODS,
  type OperatorMethodName,
  type ParamsOf,
  type ReadParamsOf,
  type ResultOf,
  SERVER_REQUESTS,
} from "./methods.ts";
export { Evicted, ServerStatus } from "./operator_shapes.ts";
export {
  CancelParams,
  EvictParams,
  HelloParams,
  LeaveParams,
  RunParams,
  type RunRequest,
  WatchParams,
} from "./params.ts";
export { RunEncoding } from "./run_encoding.ts";
export {
  DryRunSummary,
  type DryRunTarget,
  ExecuteParams,
  ExecuteResult,
  type Issuer,
  ResultNote,
  type RunCounts,
  RunResult,
  RunSummary,
  type Status,
  STATUSES,
} from "./run_shapes.ts";
export {
  CLOSE_REASONS,
  type CloseReason,
  Closing,
  CommandsChanged,
  type Member,
  Place,
  Promoted,
  PROTOCOL_VERSION,
  Refused,
  Roster,
  RosterChanged,
  type Times,
  Waiting,
  Welcome,
} from "./seat_shapes.ts";
export {
  boolean,
  choice,
  integer,
  number,
  object,
  optional,
  type ReadResult,
  readShape,
  type Shape,
  string,
} from "./shapes.ts";
export {
  costOfWord,
  type Face,
  isSlashName,
  SLASH_WORDS,
  type SlashArguments,
  slashCompletions,
  slashHelp,
  type SlashName,
} from "./slash_words.ts";
