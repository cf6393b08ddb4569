// A local replacement for `@std/async`, with only the exports that this project uses.

export { deadline, type DeadlineOptions } from "./deadline.ts";
export { delay, type DelayOptions } from "./delay.ts";
