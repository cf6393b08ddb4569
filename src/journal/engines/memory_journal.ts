// A journal that keeps nothing but its state: for a server whose seats need not outlive it.

import { apply, type Effect, type JournalRecord, type Position, RosterState } from "../mod.ts";
import type { Journal } from "./journal.ts";

export class MemoryJournal<Member> implements Journal<Member> {
  readonly state: RosterState<Member>;
  readonly mayLackRecords = true;
  readonly keepsRecords = false;
  readonly isFailing = false;
  #next: Position;

  /**
   * @param firstPosition of the first record after the start; higher than all that earlier servers gave, because tickets
   * must not be given twice
   */
  constructor(firstPosition: Position, nobody: Member) {
    this.state = new RosterState(nobody);
    this.#next = firstPosition - 1;
  }

  append(record: JournalRecord): readonly Effect<Member>[] {
    return apply(this.state, this.#next++, record);
  }

  commit(): boolean {
    return true;
  }

  close(): void {}
}
