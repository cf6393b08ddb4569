// Clocks, deadlines and waiting.

export { agoText, agoTextOf, durationText } from "./ago.ts";
export { BackOff, type BackOffBounds, cappedBackOff, MAX_REQUESTED_MS } from "./back_off.ts";
export { type IoPoll, type Sharer, YieldToIo } from "./yield_to_io.ts";
export { type Clock, DENO_CLOCK, type Instant, type InstantClock } from "./clock.ts";
export { Deadlines } from "./deadlines.ts";
export { oncePerTurn } from "./once_per_turn.ts";
export { settlesWithin } from "./settles_within.ts";
export { wait } from "./wait.ts";
export { unlessAborted } from "./unless_aborted.ts";
