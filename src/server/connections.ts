// Connections on their way in and out: each becomes a session that the door is shown, and is forgotten everywhere when it
// has ended.

import type { CloseReason } from "../protocol/methods/mod.ts";
import type { Admission, LoginGate } from "./login/mod.ts";
import type { FanOut, Runs } from "./runs/mod.ts";
import type { RateLimit } from "./limits/mod.ts";
import type { Seating } from "./seats/mod.ts";
import type { Incoming } from "./system.ts";
import { Session, type SessionHost } from "./connection/mod.ts";

export interface ConnectionsParts {
  readonly gate: LoginGate;
  readonly admission: Admission;
  readonly seating: Seating;
  readonly runs: Runs;
  readonly fanOut: FanOut;
  readonly rateLimit: RateLimit;
  /** Every session whose connection is not gone; kept up here. */
  readonly sessions: Set<Session>;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Starts the writes of what was queued. */
  readonly flush: () => void;
}

export class Connections {
  readonly #parts: ConnectionsParts;
  readonly #host: SessionHost;
  #isClosed = false;
  #empty: (() => void)[] = [];

  /** @param host all that sessions share but for their end, which is told here. */
  constructor(parts: ConnectionsParts, host: Omit<SessionHost, "onClosed" | "onGone">) {
    this.#parts = parts;
    this.#host = {
      ...host,
      onClosed: (session, reason) => this.#closed(session, reason),
      onGone: (session) => this.#gone(session),
    };
  }

  /** Takes a new connection. */
  take(connection: Incoming): void {
    const { gate, sessions, wallClock, flush } = this.#parts;
    const { hostname, port } = connection.remoteAddr as Deno.NetAddr;
    // Small answers are not to wait for each other (Nagle).
    connection.setNoDelay?.(true);
    const session = new Session(connection, { ip: hostname, port }, wallClock(), this.#host);
    sessions.add(session);
    // Nobody asks a person, or one who has said nothing yet, whether they are there: the system does.
    connection.setKeepAlive?.(true);
    if (this.#isClosed) {
      session.serve();
      sendAway(session);
    } else gate.admit(session, connection.handshake && (() => connection.handshake!()));
    flush();
  }

  /** The door lets a session in. @param resume the token of the seat that it wants back. */
  admit(session: Session, resume: string | undefined): void {
    const { admission, seating, flush } = this.#parts;
    const hasSeat = resume !== undefined && seating.resume.refuseToken(session, resume) === undefined;
    if (!hasSeat) return admission.admit(session);
    // Its hello takes the seat back in a moment, unless something else is wrong with it.
    queueMicrotask(() => {
      if (!session.isOpen || session.seat !== undefined) return;
      admission.admit(session);
      flush();
    });
  }

  /** From now on whoever comes is sent away. */
  close(): void {
    this.#isClosed = true;
  }

  /** Sends everybody away. Resolves when the last connection is gone. */
  async closeAll(): Promise<void> {
    const { sessions } = this.#parts;
    for (const session of [...sessions]) sendAway(session);
    if (sessions.size > 0) await new Promise<void>((resolve) => this.#empty.push(resolve));
  }

  #closed(session: Session, reason: CloseReason): void {
    const { gate, admission, seating, runs, fanOut, rateLimit } = this.#parts;
    // What it sent before it was closed was accepted while it still had its rank.
    fanOut.flush();
    runs.memberLeft(session);
    gate.forget(session);
    rateLimit.forget(session);
    admission.forget(session);
    seating.depart(session, reason);
  }

  #gone(session: Session): void {
    const { gate, sessions } = this.#parts;
    sessions.delete(session);
    gate.gone(session);
    if (sessions.size > 0) return;
    const empty = this.#empty;
    this.#empty = [];
    for (const resolve of empty) resolve();
  }
}

function sendAway(session: Session): void {
  session.closeWith("shutdown", "the server is shutting down");
}
