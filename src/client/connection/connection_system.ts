// What a connection takes from the system around it, and the system of a real client.

import { delay } from "@std/async";
import { DENO_CLOCK, type InstantClock } from "../../time/mod.ts";
import type { ServerAddress } from "../../words/mod.ts";
import { dial, type DialAddress, type LinkConn, lookUp } from "./transport/mod.ts";

export interface ConnectionSystem extends InstantClock {
  /** Rejects when the connection cannot be made, or `signal` is aborted first. */
  connect(address: DialAddress, signal: AbortSignal): Promise<LinkConn>;
  /** The addresses of a name that has several, otherwise none. Never rejects. Absent: names are not looked up. */
  lookUp?(address: ServerAddress): Promise<readonly string[]>;
  /** From 0 to below 1. */
  random(): number;
  /** Resolves after `ms` milliseconds. Rejects when `signal` is aborted first. */
  delay(ms: number, signal: AbortSignal): Promise<void>;
}

/** The system that a real client runs on. */
export const DENO_SYSTEM: ConnectionSystem = Object.freeze({
  connect: dial,
  lookUp,
  random: () => Math.random(),
  delay: (ms: number, signal: AbortSignal) => delay(ms, { signal }),
  ...DENO_CLOCK,
});
