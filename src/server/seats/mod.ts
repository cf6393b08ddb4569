// Seats: which member has which rank, which clients wait for a seat, and which seats are kept for disconnected members.

export { createPlaceholder } from "./disconnected_member.ts";
export { HEARTBEAT_ID, Heartbeats } from "./heartbeats.ts";
export { RemoteMember, type RemoteMembersHost } from "./remote_member.ts";
export { mayLead } from "./may_lead.ts";
export { type ListedSeat, showMember } from "./roster_notifier.ts";
export { CANNOT_SAVE, CONNECT_AGAIN, Seating, type SeatingOptions, SUSPENDED } from "./seating.ts";
export { RANDOM_TOKENS, type TokenSource } from "./tokens.ts";
