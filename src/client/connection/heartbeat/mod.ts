// Whether the other end of a connection is still there: pings, and what follows when nothing answers.

export { Heartbeat } from "./heartbeat.ts";
export { Pulse } from "./pulse.ts";
export { type SilenceBounds, SilenceWatch } from "./silence_watch.ts";
