// Connections that have not logged in yet, each with a deadline.

import { type Clock, Deadlines } from "../../time/mod.ts";
import type { Session } from "../connection/mod.ts";
import type { Login } from "./read_login.ts";

export type LoginState =
  | { readonly awaits: "handshake" }
  | { readonly awaits: "token" }
  /** The login has failed; the client is notified when the deadline has passed. */
  | {
    readonly awaits: "refusal";
    readonly form: Login["form"];
    readonly message: string;
    /** The response to its request; "" when it sent none. */
    readonly response: string;
  };

export interface PendingLogin {
  readonly session: Session;
  readonly state: LoginState;
}

interface Entry extends PendingLogin {
  state: LoginState;
  /** The length of its deadline, in ms. */
  ms: number;
}

export class PendingLogins {
  /** In order of arrival. */
  readonly #entries = new Map<Session, Entry>();
  readonly #deadlines: Deadlines<Entry>;

  constructor(clock: Clock, onDeadline: (pending: PendingLogin) => void) {
    this.#deadlines = new Deadlines<Entry>(clock, onDeadline);
  }

  get size(): number {
    return this.#entries.size;
  }

  get oldest(): PendingLogin | undefined {
    return this.#entries.values().next().value;
  }

  stateOf(session: Session): LoginState | undefined {
    return this.#entries.get(session)?.state;
  }

  add(session: Session, state: LoginState, ms: number): void {
    const entry = { session, state, ms };
    this.#entries.set(session, entry);
    this.#deadlines.add(entry, ms);
  }

  /** Changes the state of a pending session. @param ms a new deadline, from now on; without it the old one stays. */
  update(session: Session, state: LoginState, ms?: number): void {
    const entry = this.#entries.get(session);
    if (entry === undefined) return;
    entry.state = state;
    if (ms === undefined) return;
    this.#deadlines.remove(entry, entry.ms);
    entry.ms = ms;
    this.#deadlines.add(entry, ms);
  }

  remove(session: Session): void {
    const entry = this.#entries.get(session);
    if (entry === undefined) return;
    this.#entries.delete(session);
    this.#deadlines.remove(entry, entry.ms);
  }
}
