// The front door of the stand-in for `@std/async`: only what this project imports from the original.

export { deadline, type DeadlineOptions } from "./deadline.ts";
export { delay, type DelayOptions } from "./delay.ts";
