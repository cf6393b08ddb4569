// What a leading client needs of everything around it, and how leading can end.

import type { LeaseTimes } from "../rules/lease_times.ts";
import type { RunningGuard } from "./guard_process.ts";
import type { Claim, Instant } from "./leadership.ts";
import type { DroppableSession } from "./session_port.ts";

export interface LeadParts {
  readonly times: LeaseTimes;
  /** Asked for the session when it exists: it reports to this object. */
  readonly session: () => Pick<DroppableSession, "request" | "drop">;
  /** @throws when it cannot be started. */
  readonly startGuard: (claim: Claim, token: string | undefined) => RunningGuard;
  /** Ends the lease of a seat of ours with its token, on a connection of its own, trying for `ms` at most. Never rejects. */
  readonly release: (token: string, ms: number) => Promise<void>;
  /** Ends what is left of the program of a guard that was killed. Never rejects. @returns in words what became of it */
  readonly killLeftBehind: (ticket: number) => Promise<string>;
  readonly now: () => Instant;
  /** Calls back once after `ms`; the result undoes it. */
  readonly after: (ms: number, callback: () => void) => () => void;
  readonly say: (line: string) => void;
  /** How long a guard may need beyond the kill delay to end. */
  readonly guardEndMs: number;
  /** How long it is tried to tell the server of a leave when there is no connection. */
  readonly leaveMs: number;
}

export type LeadEnd =
  /** The program ended by itself. */
  | { readonly kind: "ended"; readonly code: number }
  /** The signal of {@linkcode Lead.run}. */
  | { readonly kind: "asked" }
  /** These times do not fit, or the guard cannot be started. */
  | { readonly kind: "unfit"; readonly why: string }
  /** The connection ended for good. */
  | { readonly kind: "disconnected" }
  /** The server wants a token, or another one. */
  | { readonly kind: "unauthenticated" }
  /** Something of the program may still run, so the seat must not be given up before its lease is over. */
  | { readonly kind: "unsure"; readonly why: string };
