// What a leading client needs of everything around it, and how leading can end.

import type { LeaseTimes } from "../../rules/mod.ts";
import type { GuardHandle, GuardListener, GuardStart } from "./guard/mod.ts";
import type { Claim } from "./leadership.ts";
import type { Instant } from "../../time/mod.ts";
import type { DroppableSession } from "../session/mod.ts";

export interface LeadParts {
  readonly times: LeaseTimes;
  /** Called only once the session exists: it reports to this object. */
  readonly session: () => Pick<DroppableSession, "request" | "drop">;
  /** @throws when it cannot be started. */
  readonly spawnGuard: (listener: GuardListener) => GuardHandle;
  /** What the guard is to start for a claim. */
  readonly orderFor: (claim: Claim, token: string | undefined) => Omit<GuardStart, "do" | "run">;
  /** Ends the lease of a seat of ours with its token, on a connection of its own, trying for `ms` at most. Never rejects. */
  readonly release: (token: string, ms: number) => Promise<void>;
  /** KILL to a process group, now. */
  readonly killGroup: (group: number) => void;
  /** Ends what a lost guard left behind, after KILL to the program's group. Never rejects. @returns what became of it */
  readonly killLeftBehind: (group: number | undefined) => Promise<string>;
  /** Passes a signal on to a program. */
  readonly signalProgram: (pid: number, signal: Deno.Signal) => void;
  readonly now: () => Instant;
  /** Calls back once after `ms`; the result undoes it. */
  readonly after: (ms: number, callback: () => void) => () => void;
  readonly say: (line: string) => void;
  /** How long a guard may need beyond the kill delay to end. */
  readonly guardEndMs: number;
  /** How long a client without a connection tries to release its seat as it ends. */
  readonly leaveMs: number;
  /** This client ends if it has not begun to lead within so many ms; absent: it waits forever. */
  readonly maxWaitMs?: number | undefined;
}

export type LeadEnd =
  /** The program ended by itself. */
  | { readonly kind: "ended"; readonly code: number }
  /** The signal of {@linkcode Lead.run}. */
  | { readonly kind: "asked" }
  /** `maxWaitMs` is over, and this client was in line and does not lead. */
  | { readonly kind: "waited"; readonly why: string }
  /** `maxWaitMs` is over, and this client has had neither a seat nor a place in the waiting room. */
  | { readonly kind: "unreached"; readonly why: string }
  /** These times do not fit, or the guard cannot be started. */
  | { readonly kind: "unfit"; readonly why: string }
  /** The connection ended for good. */
  | { readonly kind: "disconnected" }
  /** The server wants a token, or another one. */
  | { readonly kind: "unauthenticated" }
  /** Something of the program may still run, so the seat is kept until its lease expires. */
  | { readonly kind: "unsure"; readonly why: string };
