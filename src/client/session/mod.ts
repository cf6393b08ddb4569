// What a client's user interfaces need of a connected client.

export { approximateLength } from "./approximate_length.ts";
export type { ClientEvent, Execution } from "./client_event.ts";
export { notAnswered, notSent, RequestError, type RequestErrorKind } from "./request_error.ts";
export { reservedError } from "./reserved_methods.ts";
export type {
  ClientSession,
  DroppableSession,
  LeadStatus,
  OwnPlace,
  RequestOptions,
  RunOptions,
  RunRequest,
  StartedRun,
} from "./session_port.ts";
