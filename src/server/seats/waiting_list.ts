// Connections beyond N, in the order in which they came. Each is told its position when it changes; 1 is next.

import type { Session } from "../connection/mod.ts";

export class WaitingList {
  readonly #capacity: number;
  /** In order of arrival, with the position that each was told last. */
  readonly #waiting = new Map<Session, number>();
  #haveMoved = false;

  /** @param capacity most sessions that wait; 0: nobody does. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Lets a newcomer in behind all others and tells it its position. False when the room is full. */
  enter(session: Session): boolean {
    if (this.#waiting.size >= this.#capacity) return false;
    this.#waiting.set(session, this.#waiting.size + 1);
    this.tell(session);
    return true;
  }

  has(session: Session): boolean {
    return this.#waiting.has(session);
  }

  /** Those behind move up; {@linkcode tellPositions} says so. False when it was not waiting. */
  leave(session: Session): boolean {
    if (!this.#waiting.delete(session)) return false;
    this.#haveMoved = true;
    return true;
  }

  /** Takes out whoever has waited longest. */
  takeNext(): Session | undefined {
    const [next] = this.#waiting.keys();
    if (next !== undefined) this.leave(next);
    return next;
  }

  /** Tells a session the position that it knows, once more. */
  tell(session: Session): void {
    const position = this.#waiting.get(session);
    if (position !== undefined) session.notify({ method: "waiting", params: { position } });
  }

  /** Tells everybody whose position is another one than it was told. */
  tellPositions(): void {
    if (!this.#haveMoved) return;
    // Who does not read is closed by being told, and leaves; those behind are told again.
    this.#haveMoved = false;
    let position = 0;
    for (const [session, told] of this.#waiting) {
      position++;
      if (told === position) continue;
      this.#waiting.set(session, position);
      this.tell(session);
    }
  }
}
