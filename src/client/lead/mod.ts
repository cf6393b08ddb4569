// Runs a program only while this client is the leader.

export { Hooks, RankChanges } from "./hooks.ts";
export { Lead } from "./lead.ts";
export type { LeadEnd } from "./lead_parts.ts";
export type { Claim } from "./leadership.ts";
export { LeadingSession } from "./leading_session.ts";
