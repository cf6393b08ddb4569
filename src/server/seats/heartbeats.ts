// Finds connections whose other end is gone without a word, or stopped: a program that has been silent is asked, and one
// that does not answer is closed. People at a text session are not asked; for them TCP's own keep-alive looks. Who never
// said anything is asked once, and who asks for nothing may be closed for that.

import type { Clock } from "../../time/mod.ts";
import type { Session } from "../connection/mod.ts";

/** What is looked at of a session, and done to it. */
export type WatchedSession = Pick<
  Session,
  "mode" | "seat" | "leaseMs" | "isOpen" | "lastHeardAt" | "lastAskedAt" | "send" | "closeWith"
>;

export interface HeartbeatTimes {
  /** Silence after which a client is asked. */
  readonly heartbeatMs: number;
  /** Silence after which it is closed; longer than `heartbeatMs`. */
  readonly silenceMs: number;
}

/** For how long a client may hold a seat and do nothing; 0: for ever. */
export interface IdleTimes {
  /** Without a single line; who might be a program that only listens is asked at half of it. */
  readonly firstLineMs: number;
  /** Without asking for anything. */
  readonly idleMs: number;
}

/** The id of the server's question; of the answer, that it came is all that counts. */
export const HEARTBEAT_ID = "ping";

/** Looks at all sessions so many times within one heartbeat. */
const SWEEPS_PER_HEARTBEAT = 4;
/** A client with a lease is asked so many times sooner than the lease would run out. */
const HEARTBEATS_PER_LEASE = 3;

const PING = new TextEncoder().encode(
  `${JSON.stringify({ jsonrpc: "2.0", id: HEARTBEAT_ID, method: "ping" })}\n`,
);

/** Sessions that are looked at together. */
interface Round {
  readonly sessions: Iterable<WatchedSession>;
  readonly everyMs: number;
  sweptAt: number;
  stopTimer: () => void;
}

export class Heartbeats {
  readonly #clock: Clock;
  readonly #times: HeartbeatTimes;
  readonly #idle: IdleTimes;
  readonly #flush: () => void;
  readonly #all: Round;
  /** Those with a lease, which may want to be looked at more often. */
  readonly #leased = new Set<WatchedSession>();
  #lease: Round | undefined;
  /** When each was asked, as long as it has said nothing since. */
  readonly #asked = new WeakMap<WatchedSession, number>();

  /** Looks after `sessions` until {@linkcode stop}. @param flush starts the writes of what was queued. */
  constructor(
    clock: Clock,
    times: HeartbeatTimes & IdleTimes,
    sessions: Iterable<WatchedSession>,
    flush: () => void,
  ) {
    const { heartbeatMs, silenceMs, firstLineMs, idleMs } = times;
    this.#clock = clock;
    this.#times = { heartbeatMs, silenceMs };
    this.#idle = { firstLineMs, idleMs };
    this.#flush = flush;
    const shortest = Math.min(heartbeatMs, firstLineMs || Infinity, idleMs || Infinity);
    this.#all = this.#begin(sessions, shortest / SWEEPS_PER_HEARTBEAT);
  }

  /** The session has a lease, of which no more than a part may pass before it is asked. */
  watchLease(session: WatchedSession): void {
    this.#leased.add(session);
    this.#hurry(this.#timesOf(session).heartbeatMs / SWEEPS_PER_HEARTBEAT);
  }

  stop(): void {
    this.#all.stopTimer();
    this.#lease?.stopTimer();
  }

  #begin(sessions: Iterable<WatchedSession>, everyMs: number): Round {
    const round: Round = { sessions, everyMs, sweptAt: this.#clock.now(), stopTimer: () => {} };
    this.#setTimer(round);
    return round;
  }

  #setTimer(round: Round): void {
    round.stopTimer = this.#clock.after(round.everyMs, () => {
      this.#sweep(round);
      if (round === this.#lease) this.#forgetClosed();
      else this.#setTimer(round);
    });
  }

  /** The round is as fast as the shortest lease so far wants it. */
  #hurry(everyMs: number): void {
    if (this.#lease !== undefined && this.#lease.everyMs <= everyMs) return;
    this.#lease?.stopTimer();
    this.#lease = this.#begin(this.#leased, everyMs);
  }

  #forgetClosed(): void {
    for (const session of this.#leased) if (!session.isOpen) this.#leased.delete(session);
    const round = this.#lease!;
    if (this.#leased.size === 0) this.#lease = undefined;
    else this.#setTimer(round);
  }

  #sweep(round: Round): void {
    const now = this.#clock.now();
    // A sweep that comes late says that the server itself was held up, and what clients said meanwhile is still unread:
    // nobody is judged before the next one.
    const isLate = now - round.sweptAt > SWEEPS_PER_HEARTBEAT * round.everyMs;
    round.sweptAt = now;
    for (const session of round.sessions) {
      if (!session.isOpen) continue;
      if (round === this.#all && this.#isIdle(session, now, isLate)) continue;
      if (session.mode !== "json") continue;
      const { heartbeatMs, silenceMs } = this.#timesOf(session);
      const silentMs = now - session.lastHeardAt;
      if (silentMs < heartbeatMs) continue;
      if (!this.#wasAskedSinceHeard(session)) {
        this.#asked.set(session, now);
        session.send(PING);
      } else if (silentMs >= silenceMs && !isLate) {
        session.closeWith("timed_out", `nothing was heard of you for ${Math.round(silentMs)} ms`);
      }
    }
    this.#flush();
  }

  /** Whether the session is one that does nothing, and no further question to it. */
  #isIdle(session: WatchedSession, now: number, isLate: boolean): boolean {
    const { firstLineMs, idleMs } = this.#idle;
    // Whoever waits for a seat has nothing to ask for.
    if (session.seat === undefined && session.mode !== "undecided") session.lastAskedAt = now;
    const ms = now - session.lastAskedAt;
    if (idleMs > 0 && ms >= idleMs && !isLate) {
      session.closeWith("timed_out", `you have asked for nothing for ${Math.round(ms)} ms`);
      return true;
    }
    if (firstLineMs === 0 || session.mode !== "undecided") return false;
    if (ms >= firstLineMs && !isLate) {
      session.closeWith("timed_out", `you have said nothing since you came ${Math.round(ms)} ms ago`);
    } else if (ms >= firstLineMs / 2 && !this.#asked.has(session)) {
      this.#asked.set(session, now);
      session.send(PING);
    }
    return true;
  }

  #timesOf({ leaseMs }: WatchedSession): HeartbeatTimes {
    const { heartbeatMs, silenceMs } = this.#times;
    if (leaseMs === 0) return this.#times;
    return {
      heartbeatMs: Math.min(heartbeatMs, leaseMs / HEARTBEATS_PER_LEASE),
      silenceMs: Math.min(silenceMs, leaseMs),
    };
  }

  #wasAskedSinceHeard(session: WatchedSession): boolean {
    return (this.#asked.get(session) ?? -Infinity) >= session.lastHeardAt;
  }
}
