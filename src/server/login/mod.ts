// Who is let in.

export { Admission } from "./admission.ts";
export { applyTokens } from "./apply_tokens.ts";
export type { Authenticator, TokenDescription } from "./authenticator.ts";
export { LoginGate } from "./login_gate.ts";
