// What all sessions share: the server's side of their collaborators.

import type { CloseReason } from "../../protocol/methods/mod.ts";
import type { Block } from "../../protocol/wire/mod.ts";
import type { Deadlines, YieldToIo } from "../../time/mod.ts";
import type { WriteScheduler } from "./write_scheduler.ts";

export interface SessionHostOf<Session> {
  readonly writes: WriteScheduler;
  readonly yieldToIo: Pick<YieldToIo, "take" | "mustWait" | "mustShare">;
  /** Closed sessions that still have data to send, or wait for the other end to close. */
  readonly lingering: Deadlines<Session>;
  readonly lineBytes: number;
  readonly outboxBytes: number;
  readonly lingerMs: number;
  /** Refused connections may linger while there are at most this many lingering sessions. */
  readonly lingeringRefusals: number;
  /** Monotonic, in ms. */
  now(): number;
  /** Returns a promise when handling all lines takes more than one iteration of the event loop. */
  onLines(session: Session, blocks: readonly Block[]): Promise<void> | undefined;
  /** Called when handling lines threw, which is a bug in the server; the session is closed. */
  onFault(error: unknown): void;
  /** Called once, immediately when the session closes and before its connection does. */
  onClosed(session: Session, reason: CloseReason): void;
  /** Called once, when the connection is closed. */
  onDisconnected(session: Session): void;
}
