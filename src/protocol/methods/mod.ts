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
export type { ArgumentInfo, CommandInfo, CommandList } from "./command_shapes.ts";
export type {
  ClusterNodeStatus,
  ClusterStatus,
  Evicted,
  Leader,
  ListedMember,
  Raised,
  ServerFigures,
  ServerStatus,
  StatusParams,
  WaitingClient,
} from "./operator_shapes.ts";
export type {
  CancelParams,
  EvictParams,
  HelloParams,
  LeaveParams,
  ResultChoice,
  RunParams,
  RunRequest,
  Targets,
  WatchParams,
} from "./params.ts";
export { RunEncoding } from "./run_encoding.ts";
export {
  type DeliveredResult,
  type DryRunSummary,
  type DryRunTarget,
  type ExecuteParams,
  type ExecuteResult,
  type Issuer,
  type ProgramResult,
  type ResultNote,
  type RunCounts,
  type RunResult,
  type RunSummary,
  type Status,
  STATUSES,
} from "./run_shapes.ts";
export type { Member, Roster, RosterChanged } from "./roster_shapes.ts";
export {
  CLOSE_REASONS,
  type CloseReason,
  type Closing,
  type CommandsChanged,
  type Place,
  type Promoted,
  PROTOCOL_VERSION,
  type Refused,
  type ServerLimits,
  type Times,
  type Waiting,
  type Welcome,
  type YieldRequested,
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
  findSlashName,
  SLASH_WORDS,
  type SlashArguments,
  slashCompletions,
  slashHelp,
  type SlashName,
  slashWords,
} from "./slash_words.ts";
