// Logging in: which connections are let in, and which of those get a seat.

export { Admission } from "./admission.ts";
export { applyTokens } from "./apply_tokens.ts";
export type { Authenticator, KnownIdentity, TokenDescription } from "./authenticator.ts";
export { LoginGate } from "./login_gate.ts";
