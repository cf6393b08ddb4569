// The arithmetic of a lease, all of it: when a leader asks the server for a new proof, when its program is told to end,
// and when it is gone. docs/succession.md draws the time line. Times are in ms, on one clock of the caller's.
//
//     0            a ping is sent which the server answers: a proof
//     term         the program is told to end, unless there was a newer proof
//     gone         nothing of it is left: KILL
//     lease        the server may give the seat away, and not before

export interface LeaseTimes {
  /** How long the server keeps the seat, counted from when it last heard from us. */
  readonly leaseMs: number;
  /** From TERM to KILL. */
  readonly killAfterMs: number;
  /** What remains between KILL and the end of the lease: for a busy machine, and clocks that do not run alike. */
  readonly marginMs: number;
}

/** One lost answer, and one that takes as long as the next ping, must not stop a leader. */
const PINGS_TO_SPARE = 2;
const PINGS_PER_LEASE = 6;

/** The leader asks for a new proof so often. */
export function pingEveryMs({ leaseMs }: Pick<LeaseTimes, "leaseMs">): number {
  return leaseMs / PINGS_PER_LEASE;
}

/** A ping unanswered for so long: the connection is given up, while there is time left to make another one. */
export function giveUpAfterMs({ leaseMs }: Pick<LeaseTimes, "leaseMs">): number {
  return PINGS_TO_SPARE * pingEveryMs({ leaseMs });
}

/** From the sending of the ping that was answered to the KILL that leaves nothing of the program. */
export function goneAfterMs({ leaseMs, marginMs }: LeaseTimes): number {
  return leaseMs - marginMs;
}

/** From the sending of the ping that was answered to the TERM that asks the program to end. */
export function termAfterMs(times: LeaseTimes): number {
  return goneAfterMs(times) - times.killAfterMs;
}

/** The shortest lease with these times that leaves a leader at work between two proofs. */
export function shortestLeaseMs({ killAfterMs, marginMs }: Omit<LeaseTimes, "leaseMs">): number {
  const share = PINGS_PER_LEASE - PINGS_TO_SPARE;
  return Math.floor(((killAfterMs + marginMs) * PINGS_PER_LEASE) / share) + 1;
}

/** Whether a lease is long enough to lead with it. */
export function isLeaseLongEnough(times: LeaseTimes): boolean {
  // In whole numbers: the shortest lease that fits must not depend on rounding.
  return PINGS_PER_LEASE * termAfterMs(times) > PINGS_TO_SPARE * times.leaseMs;
}
