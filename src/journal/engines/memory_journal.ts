// A journal that stores nothing: for a server whose seats are lost when it ends.

import { apply, type Effect, type JournalRecord, type Position, RosterState } from "../mod.ts";
import type { Journal } from "./journal.ts";

export class MemoryJournal<Member> implements Journal<Member> {
  readonly isShared = false;
  readonly state: RosterState<Member>;
  readonly mayLackRecords = true;
  readonly keepsRecords = false;
  readonly isFailing = false;
  #next: Position;

  /**
   * @param firstPosition of the first record after the start; higher than all positions of earlier servers, because tickets
   * must not be reused
   */
  constructor(firstPosition: Position, placeholder: Member) {
    this.state = new RosterState(placeholder);
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
