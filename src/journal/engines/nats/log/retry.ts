// Requests that are made until they succeed.

import { BackOff, type Clock, wait } from "../../../../time/mod.ts";
import { LogRequestError } from "./log_fault.ts";

const BACK_OFF = { minMs: 100, maxMs: 1_000 };

/** Where time and chance come from. */
export interface LogSystem {
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
}

/**
 * @param onFailure is called with each error that is not the last
 * @throws what `attempt` throws, unless it is a {@linkcode LogRequestError}, and the reason of `signal`
 */
export async function retry<Result>(
  { clock, random }: LogSystem,
  signal: AbortSignal,
  attempt: () => Promise<Result>,
  onFailure?: (error: LogRequestError) => void,
): Promise<Result> {
  const backOff = new BackOff(BACK_OFF, random);
  for (;;) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof LogRequestError)) throw error;
      onFailure?.(error);
    }
    await wait((ms, callback) => clock.after(ms, callback), backOff.next(), signal);
  }
}
