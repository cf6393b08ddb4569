// The server's connections: each becomes a session that has to pass the login gate, and is removed from every part of the
// server when it has ended.

import type { CloseReason } from "../protocol/methods/mod.ts";
import type { Admission, LoginGate } from "./login/mod.ts";
import type { FanOut, Runs } from "./runs/mod.ts";
import type { RateLimit } from "./limits/mod.ts";
import type { Seating } from "./seats/mod.ts";
import { ConnectionTotals } from "./connection_totals.ts";
import { type Incoming, Session, type SessionHost } from "./connection/mod.ts";

const CROWDED = "Too many clients are waiting for an answer about their seats; try again";

export interface ConnectionsParts {
  readonly gate: LoginGate;
  readonly admission: Admission;
  readonly seating: Seating;
  readonly runs: Runs;
  readonly fanOut: FanOut;
  readonly rateLimit: RateLimit;
  /** Every session that still has a connection; maintained here. */
  readonly sessions: Set<Session>;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** How long a refused client is asked to wait before it tries again, in ms. */
  readonly retryAfterMs: number;
  /** Starts writing what has been queued. */
  readonly flush: () => void;
}

export class Connections {
  readonly #parts: ConnectionsParts;
  readonly #host: SessionHost;
  readonly totals = new ConnectionTotals();
  #isClosed = false;
  #empty: PromiseWithResolvers<void> | undefined;

  /** @param host what sessions share, except for the callbacks at their end. */
  constructor(parts: ConnectionsParts, host: Omit<SessionHost, "onClosed" | "onDisconnected">) {
    this.#parts = parts;
    this.#host = {
      ...host,
      onClosed: (session, reason) => this.#closed(session, reason),
      onDisconnected: (session) => this.#disconnected(session),
    };
  }

  /** Takes a new connection. */
  accept(connection: Incoming): void {
    const { gate, sessions, wallClock, flush } = this.#parts;
    const { hostname, port } = connection.remoteAddr as Deno.NetAddr;
    // Nagle's algorithm would delay small answers.
    connection.setNoDelay?.(true);
    const session = new Session(connection, { ip: hostname, port }, wallClock(), this.#host);
    sessions.add(session);
    this.totals.accepted++;
    // Clients that are not sent heartbeats (people, and those that have not sent a line) are checked by TCP.
    connection.setKeepAlive?.(true);
    if (this.#isClosed) {
      session.serve();
      shutDown(session);
    } else gate.admit(session, connection.handshake && (() => connection.handshake!()));
    flush();
  }

  /** Called when a session has passed the login gate. @param resume the token of the seat that it wants to resume. */
  admit(session: Session, resume: string | undefined): void {
    const { admission, seating, flush, retryAfterMs } = this.#parts;
    const obstacle = seating.obstacle ?? (this.#isCrowded ? CROWDED : undefined);
    if (obstacle !== undefined) return session.refuse("unavailable", obstacle, retryAfterMs);
    const hasSeat = resume !== undefined && seating.resume.refuseToken(session, resume) === undefined;
    if (!hasSeat) return admission.admit(session);
    // Its hello, which is handled next, resumes the seat, unless another part of it is invalid.
    queueMicrotask(() => {
      if (!session.isOpen || session.seat !== undefined || session.pendingRecords > 0) return;
      admission.admit(session);
      flush();
    });
  }

  /** Refuses every connection from now on. */
  close(): void {
    this.#isClosed = true;
  }

  /** Closes all connections. Resolves when the last one has ended. */
  async closeAll(): Promise<void> {
    const { sessions } = this.#parts;
    for (const session of [...sessions]) shutDown(session);
    if (sessions.size > 0) await (this.#empty ??= Promise.withResolvers()).promise;
  }

  /**
   * Whether more clients were let in than can have seats, wait, and present tokens. A single server knows at once who cannot; in
   * a cluster, their records may take as long as the log does not answer.
   */
  get #isCrowded(): boolean {
    const { gate, seating: { capacity, waitingCapacity, shared }, sessions } = this.#parts;
    if (!shared.isShared) return false;
    const { lingering, lingeringRefusals } = this.#host;
    const letIn = sessions.size - lingering.size - gate.usage.pendingLogins;
    return letIn > 2 * capacity + waitingCapacity + lingeringRefusals;
  }

  #closed(session: Session, reason: CloseReason): void {
    const { gate, admission, seating, runs, fanOut, rateLimit } = this.#parts;
    this.totals.closed[reason]++;
    // The commands that it sent before were accepted while it had its rank: they are sent on first.
    fanOut.flush();
    runs.memberLeft(session);
    if (reason === "no_tls") gate.noteForeign(session, "TLS");
    gate.forget(session);
    rateLimit.forget(session);
    admission.forget(session);
    seating.depart(session, reason);
  }

  #disconnected(session: Session): void {
    const { gate, sessions } = this.#parts;
    sessions.delete(session);
    gate.disconnected(session);
    if (sessions.size > 0) return;
    this.#empty?.resolve();
    this.#empty = undefined;
  }
}

function shutDown(session: Session): void {
  session.closeWith("shutdown", "The server is shutting down");
}
