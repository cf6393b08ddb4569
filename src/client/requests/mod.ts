// A user's request, from its text to its verdict.

export { ask, type ClientRequest, type ClientResponse, type Requester, verdictOf } from "./client_request.ts";
export type { ClientStatus } from "./client_status.ts";
export { RequestRelay } from "./request_relay.ts";
export { suggestCommand, unknownWordMessage } from "./suggestions.ts";
export { graver, type Verdict, verdictOfError } from "./verdict.ts";
