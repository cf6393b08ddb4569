// Seats: which member has which rank, which clients wait for a seat, and which seats are reserved.

export { HEARTBEAT_ID, Heartbeats } from "./heartbeats.ts";
export { RANDOM_TOKENS, type TokenSource } from "./resume_tokens.ts";
export { nullStore, type SeatStore } from "./seat_store.ts";
export { Seating } from "./seating.ts";
export { mayLead } from "./may_lead.ts";
export { type ListedSeat, showMember } from "./roster_notifier.ts";
