// The event of a seat, as a client that knows nothing more of its server would get it.

import type { ClientEvent } from "../../../src/client/session/client_event.ts";
import { SERVER_LIMITS } from "./server_limits.ts";

export interface SeatFacts {
  readonly rank: number;
  readonly ticket: number;
  readonly epoch?: number;
  /** In ms; 0: no lease. */
  readonly leaseMs?: number;
  readonly leadAfterMs?: number;
}

export function welcomeEvent(
  { rank, ticket, epoch = 1, leaseMs = 0, leadAfterMs = 0 }: SeatFacts,
): ClientEvent & { readonly kind: "welcome" } {
  const times = {
    heartbeat_ms: 1,
    silence_ms: 2,
    resume_grace_ms: 0,
    lease_ms: leaseMs,
    lead_after_ms: leadAfterMs,
  };
  const welcome = {
    rank,
    ticket,
    epoch,
    members: 9,
    capacity: 9,
    commands: [],
    protocol: 1,
    limits: SERVER_LIMITS,
    times,
  };
  return { kind: "welcome", welcome };
}
