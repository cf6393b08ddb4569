// Clients that wait for a seat, first come, first served. Each is notified of its position when it changes; 1 is next.

import type { Session } from "../connection/mod.ts";

export interface WaitingMember {
  /** Counted from 1. */
  readonly place: number;
  readonly session: Session;
}

export class WaitingList {
  readonly #capacity: number;
  /** In order of arrival, with the last position that each was notified of. */
  readonly #waiting = new Map<Session, number>();
  #haveMoved = false;

  /** @param capacity the most sessions that may wait; 0: none. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** In order of arrival. */
  get members(): readonly WaitingMember[] {
    return [...this.#waiting.keys()].map((session, index) => ({ place: index + 1, session }));
  }

  /** Adds a session at the end and notifies it of its position. False when the list is full. */
  add(session: Session): boolean {
    if (this.#waiting.size >= this.#capacity) return false;
    this.#waiting.set(session, this.#waiting.size + 1);
    this.notify(session);
    return true;
  }

  has(session: Session): boolean {
    return this.#waiting.has(session);
  }

  /** Removes a session; those behind it are notified by {@linkcode notifyMoved}. False when it was not waiting. */
  remove(session: Session): boolean {
    if (!this.#waiting.delete(session)) return false;
    this.#haveMoved = true;
    return true;
  }

  /** Removes and returns the session that has waited longest. */
  takeNext(): Session | undefined {
    const [next] = this.#waiting.keys();
    if (next !== undefined) this.remove(next);
    return next;
  }

  /** Notifies a session of its last known position. */
  notify(session: Session): void {
    const position = this.#waiting.get(session);
    if (position !== undefined) session.notify({ method: "waiting", params: { position } });
  }

  /** Notifies every session whose position has changed. */
  notifyMoved(): void {
    if (!this.#haveMoved) return;
    // A notification may close a session that does not read; those behind it are notified again the next time.
    this.#haveMoved = false;
    let position = 0;
    for (const [session, known] of this.#waiting) {
      position++;
      if (known === position) continue;
      this.#waiting.set(session, position);
      this.notify(session);
    }
  }
}
