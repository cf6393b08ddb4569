// All arithmetic of leases: when a leader renews its lease with a ping, and when its program is terminated and killed if no
// ping is answered. docs/succession.md has a timeline. Times are in ms, on one clock of the caller.
//
//     0            sends a ping that the server answers
//     term         sends TERM to the program, unless a later ping was answered
//     gone         sends KILL to everything that is left of it
//     lease        the server may give the seat to another client, and not before

export interface LeaseTimes {
  /** How long the server reserves the seat after it has last heard from the client. */
  readonly leaseMs: number;
  /** From TERM to KILL. */
  readonly killAfterMs: number;
  /** The time between KILL and the end of the lease: a reserve for a busy machine and for clock drift. */
  readonly marginMs: number;
}

/** How many pings in a row may remain unanswered without stopping a leader. */
const SPARE_PINGS = 2;
const PINGS_PER_LEASE = 6;

/** The interval of the pings of a leader. */
export function pingEveryMs({ leaseMs }: Pick<LeaseTimes, "leaseMs">): number {
  return leaseMs / PINGS_PER_LEASE;
}

/** How long a ping may remain unanswered before the client reconnects; leaves time for a new connection. */
export function giveUpAfterMs({ leaseMs }: Pick<LeaseTimes, "leaseMs">): number {
  return SPARE_PINGS * pingEveryMs({ leaseMs });
}

/** The time from sending the last ping that was answered to KILL. */
export function goneAfterMs({ leaseMs, marginMs }: LeaseTimes): number {
  return leaseMs - marginMs;
}

/** The time from sending the last ping that was answered to TERM. */
export function termAfterMs(times: LeaseTimes): number {
  return goneAfterMs(times) - times.killAfterMs;
}

/** The shortest lease with these times that is long enough to lead with. */
export function shortestLeaseMs({ killAfterMs, marginMs }: Omit<LeaseTimes, "leaseMs">): number {
  const share = PINGS_PER_LEASE - SPARE_PINGS;
  return Math.floor(((killAfterMs + marginMs) * PINGS_PER_LEASE) / share) + 1;
}

/** Whether a lease is long enough for a leader to run its program in spite of unanswered pings. */
export function isLeaseLongEnough(times: LeaseTimes): boolean {
  // In integers, so that the result does not depend on rounding.
  return PINGS_PER_LEASE * termAfterMs(times) > SPARE_PINGS * times.leaseMs;
}
