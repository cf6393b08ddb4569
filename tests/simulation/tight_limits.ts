// Limits of the server and its clients that are low enough to be reached in a simulation, within what a configuration allows.

import { KIBI } from "../../src/config/keys/builders.ts";
import type { Limits } from "../../src/config/keys/limits.ts";
import type { Random } from "../support/random.ts";

export interface TightLimits {
  readonly server: Partial<Limits>;
  readonly waitingClients: number;
  readonly programsAtOnce: number;
  readonly programsQueued: number;
}

/** Bytes of an answer around its output. */
const ENVELOPE_BYTES = 512;

export function drawTightLimits(random: Random): TightLimits {
  const lineBytes = random.pick([2, 8, 64]) * KIBI;
  return {
    server: {
      lineBytes,
      pendingLineBytes: random.pick([KIBI, 4 * KIBI]),
      outboxBytes: 64 * KIBI,
      outputBytes: Math.floor((lineBytes - ENVELOPE_BYTES) / 2),
      runOutputBytes: random.pick([KIBI, 32 * KIBI]),
      runsOutputBytes: random.pick([2, 64]) * KIBI,
      runsPerIssuer: random.pick([1, 3]),
      runsTotal: random.pick([3, 5]),
      connectionsPerAddress: random.pick([8, 16]),
      pendingConnections: random.pick([4, 16]),
      lingeringRefusals: random.pick([2, 8]),
      failureAddresses: random.pick([1, 3]),
    },
    waitingClients: random.pick([1, 4]),
    programsAtOnce: random.pick([1, 3]),
    programsQueued: random.pick([0, 5]),
  };
}
