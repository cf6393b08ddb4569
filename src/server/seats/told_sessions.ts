// Sessions with messages that depend on records that may not be saved yet.

import { type Member, Session } from "../connection/mod.ts";

export class ToldSessions {
  readonly #sessions: Set<Session> | undefined;

  /** @param mayFail whether the journal may be unable to save records; otherwise there is nothing to remember. */
  constructor(mayFail: boolean) {
    this.#sessions = mayFail ? new Set() : undefined;
  }

  add(member: Member): void {
    if (this.#sessions !== undefined && member instanceof Session) this.#sessions.add(member);
  }

  /** Returns and forgets them. */
  take(): readonly Session[] {
    if (this.#sessions === undefined || this.#sessions.size === 0) return [];
    const sessions = [...this.#sessions];
    this.#sessions.clear();
    return sessions;
  }
}
