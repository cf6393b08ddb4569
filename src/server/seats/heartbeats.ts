// Detects dead and idle clients. A program that has been silent is sent a ping, and closed if it does not answer. Text
// sessions are not pinged; TCP keep-alive covers them. A client that has never sent a line is pinged once.

import type { Clock } from "../../time/mod.ts";
import type { Session } from "../connection/mod.ts";

/** The part of a session that is used here. */
export type WatchedSession = Pick<
  Session,
  | "mode"
  | "seat"
  | "leaseMs"
  | "isOpen"
  | "lastHeardAt"
  | "waitsForTurn"
  | "lastRequestAt"
  | "send"
  | "closeWith"
>;

export interface HeartbeatTimes {
  /** Silence after which a client is sent a ping. */
  readonly heartbeatMs: number;
  /** Silence after which it is closed; longer than `heartbeatMs`. */
  readonly silenceMs: number;
}

/** How long a client may hold a seat without doing anything; 0: no limit. */
export interface IdleTimes {
  /** Without sending a line; after half of it a ping is sent, since it may be a program that only listens. */
  readonly firstLineMs: number;
  /** Without a request. */
  readonly idleMs: number;
}

/** The id of the server's pings. */
export const HEARTBEAT_ID = "ping";

/** How many times all sessions are checked per heartbeat. */
const SWEEPS_PER_HEARTBEAT = 4;
/** A client with a lease is sent at least this many pings before the lease ends. */
const HEARTBEATS_PER_LEASE = 3;

const PING = new TextEncoder().encode(
  `${JSON.stringify({ jsonrpc: "2.0", id: HEARTBEAT_ID, method: "ping" })}\n`,
);

/** Sessions that are checked together. */
interface Sweep {
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
  readonly #all: Sweep;
  /** Sessions with a lease, which may have to be checked more often. */
  readonly #leased = new Set<WatchedSession>();
  #lease: Sweep | undefined;
  /** When each session was last sent a ping. */
  readonly #pingedAt = new WeakMap<WatchedSession, number>();

  /** Checks `sessions` until {@linkcode stop}. @param flush starts writing what has been queued. */
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

  /** The session has a lease: it is checked often enough to be pinged before the lease ends. */
  watchLease(session: WatchedSession): void {
    this.#leased.add(session);
    this.#speedUp(this.#timesOf(session).heartbeatMs / SWEEPS_PER_HEARTBEAT);
  }

  stop(): void {
    this.#all.stopTimer();
    this.#lease?.stopTimer();
  }

  #begin(sessions: Iterable<WatchedSession>, everyMs: number): Sweep {
    const sweep: Sweep = { sessions, everyMs, sweptAt: this.#clock.now(), stopTimer: () => {} };
    this.#setTimer(sweep);
    return sweep;
  }

  #setTimer(sweep: Sweep): void {
    sweep.stopTimer = this.#clock.after(sweep.everyMs, () => {
      this.#sweep(sweep);
      if (sweep === this.#lease) this.#forgetClosed();
      else this.#setTimer(sweep);
    });
  }

  /** Checks sessions with a lease as often as the shortest lease so far requires. */
  #speedUp(everyMs: number): void {
    if (this.#lease !== undefined && this.#lease.everyMs <= everyMs) return;
    this.#lease?.stopTimer();
    this.#lease = this.#begin(this.#leased, everyMs);
  }

  #forgetClosed(): void {
    for (const session of this.#leased) if (!session.isOpen) this.#leased.delete(session);
    const sweep = this.#lease!;
    if (this.#leased.size === 0) this.#lease = undefined;
    else this.#setTimer(sweep);
  }

  #sweep(sweep: Sweep): void {
    const now = this.#clock.now();
    // A late sweep means that the server itself was blocked, and that messages of clients are still unread: no session is
    // closed before the next sweep.
    const isLate = now - sweep.sweptAt > SWEEPS_PER_HEARTBEAT * sweep.everyMs;
    sweep.sweptAt = now;
    for (const session of sweep.sessions) {
      if (!session.isOpen || session.waitsForTurn) continue;
      if (sweep === this.#all && this.#isIdle(session, now, isLate)) continue;
      if (session.mode !== "json") continue;
      const { heartbeatMs, silenceMs } = this.#timesOf(session);
      const silentMs = now - session.lastHeardAt;
      if (silentMs < heartbeatMs) continue;
      if (!this.#wasPingedSinceHeard(session)) {
        this.#pingedAt.set(session, now);
        session.send(PING);
      } else if (silentMs >= silenceMs && !isLate) {
        session.closeWith("timed_out", `Nothing received for ${Math.round(silentMs)} ms`);
      }
    }
    this.#flush();
  }

  /** Whether the session has been handled here: it was closed, or has never sent a line. */
  #isIdle(session: WatchedSession, now: number, isLate: boolean): boolean {
    const { firstLineMs, idleMs } = this.#idle;
    // A session that waits for a seat has nothing to request.
    if (session.seat === undefined && session.mode !== "undecided") session.lastRequestAt = now;
    const ms = now - session.lastRequestAt;
    if (idleMs > 0 && ms >= idleMs && !isLate) {
      session.closeWith("timed_out", `No request received for ${Math.round(ms)} ms`);
      return true;
    }
    if (firstLineMs === 0 || session.mode !== "undecided") return false;
    if (ms >= firstLineMs && !isLate) {
      session.closeWith("timed_out", `Nothing received in ${Math.round(ms)} ms since you connected`);
    } else if (ms >= firstLineMs / 2 && !this.#pingedAt.has(session)) {
      this.#pingedAt.set(session, now);
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

  #wasPingedSinceHeard(session: WatchedSession): boolean {
    return (this.#pingedAt.get(session) ?? -Infinity) >= session.lastHeardAt;
  }
}
