// Seats: who has which rank, who waits, who is away.

export { HEARTBEAT_ID, Heartbeats } from "./heartbeats.ts";
export type { TokenSource } from "./resume_tokens.ts";
export { RANDOM_TOKENS } from "./random_tokens.ts";
export { nullStore, type SeatStore } from "./seat_store.ts";
export { Seating } from "./seating.ts";
