// A journal that keeps nothing but its state: for a server whose seats need not outlive it.

import { apply, type Effect, type JournalRecord, type Position, RosterState } from "../mod.ts";
import type { Journal } from "./journal.ts";

export class MemoryJournal implements Journal {
  readonly state = new RosterState();
  #next: Position;

  /** @param firstPosition higher than all that earlier servers gave: tickets must not be given twice */
  constructor(firstPosition: Position) {
    this.#next = firstPosition;
  }

  append(record: JournalRecord): readonly Effect[] {
    return apply(this.state, this.#next++, record);
  }

  commit(): boolean {
    return true;
  }

  close(): void {}
}
