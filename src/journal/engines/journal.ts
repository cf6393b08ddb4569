// A journal: a state, and the one place where records get their order. Engines differ in where the records are kept.

import type { Effect, JournalRecord, RosterState } from "../mod.ts";

export interface Journal {
  readonly state: RosterState;
  /** Gives a record its position, applies it, and keeps it with the next {@linkcode commit}. @returns what came of it */
  append(record: JournalRecord): readonly Effect[];
  /**
   * To be called before anything is sent that relies on records appended since the last time.
   *
   * @returns false when they are not kept: nothing that relies on them may be sent. Call it again later
   */
  commit(): boolean;
  close(): void;
}
