// Clients that wait for a seat, first come, first served. Each is notified of its position when it changes; 1 is next.

import type { Session } from "../connection/mod.ts";

export class WaitingList {
  /** In order of arrival, with the last position that each was notified of. */
  readonly #waiting = new Map<Session, number>();
  #haveMoved = false;

  get size(): number {
    return this.#waiting.size;
  }

  /** The first one first. */
  get sessions(): Iterable<Session> {
    return this.#waiting.keys();
  }

  /** Adds a session at the end and notifies it of its position. */
  add(session: Session): void {
    this.#waiting.set(session, this.#waiting.size + 1);
    this.notify(session);
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

  /** Notifies a session of its last known position. */
  notify(session: Session): void {
    const position = this.#waiting.get(session);
    if (position !== undefined) session.notify({ method: "waiting", params: { position } });
  }

  /** Notifies every session whose position has changed. @param onMoved called with each */
  notifyMoved(onMoved: (session: Session) => void): void {
    if (!this.#haveMoved) return;
    // A notification may close a session that does not read; those behind it are notified again the next time.
    this.#haveMoved = false;
    let position = 0;
    for (const [session, known] of this.#waiting) {
      position++;
      if (known === position) continue;
      this.#waiting.set(session, position);
      onMoved(session);
      this.notify(session);
    }
  }
}
