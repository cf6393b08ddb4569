// A connected client, as its users see it.

export { approximateLength } from "./approximate_length.ts";
export { checkAnswer, checkResult } from "./check_answer.ts";
export type { ClientEvent, Execution, ReachedAddress } from "./client_event.ts";
export { notAnswered, notSent, RequestError, type RequestErrorKind, tooLarge } from "./request_error.ts";
export type {
  RequestArguments,
  RequestOptions,
  RequestParams,
  RequestResult,
  RequestTypes,
} from "./request_types.ts";
export { reservedError } from "./reserved_methods.ts";
export type {
  Client,
  ClientSession,
  DroppableSession,
  LeadStatus,
  OwnPlace,
  RunOptions,
  RunRequest,
  StartedRun,
} from "./client_session.ts";
export { askDryRun, type SendRequest, startRun } from "./start_run.ts";
