// A user's request, from its text to its verdict.

export { type Answered, ask, type Asked, type Asker, verdictOf } from "./asked.ts";
export type { ClientStatus } from "./client_status.ts";
export { RequestRelay } from "./request_relay.ts";
export { graver, type Verdict } from "./verdict.ts";
