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

  /** Adds a session and notifies it of its position. */
  add(session: Session, position: number): void {
    this.#waiting.set(session, position);
    this.notify(session);
  }

  /** The last one that the session was notified of. */
  positionOf(session: Session): number | undefined {
    return this.#waiting.get(session);
  }

  has(session: Session): boolean {
    return this.#waiting.has(session);
  }

  /** Removes a session; those behind it are notified by {@linkcode notifyMoved}. */
  remove(session: Session): void {
    if (this.#waiting.delete(session)) this.noteMoved();
  }

  /** A client of another server does not wait any more. */
  noteMoved(): void {
    this.#haveMoved = true;
  }

  /** Notifies a session of its last known position. */
  notify(session: Session): void {
    const position = this.#waiting.get(session);
    if (position !== undefined) session.notify({ method: "waiting", params: { position } });
  }

  /**
   * Notifies every session whose position has changed.
   *
   * @param order all that wait; `undefined`: a client of another server
   * @param onMoved called with each
   */
  notifyMoved(order: Iterable<Session | undefined>, onMoved: (session: Session) => void): void {
    if (!this.#haveMoved) return;
    // A notification may close a session that does not read; those behind it are notified again the next time.
    this.#haveMoved = false;
    let position = 0;
    for (const session of order) {
      position++;
      if (session === undefined || this.#waiting.get(session) === position) continue;
      this.#waiting.set(session, position);
      onMoved(session);
      this.notify(session);
    }
  }
}
