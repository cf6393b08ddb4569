// Applies records one by one, and returns the clients that each is about.

import {
  type Effect,
  type JournalRecord,
  ReplayedRoster,
  type RosterSeat,
  type RosterState,
} from "../../../journal/mod.ts";

/** A client with a seat, at one position. */
export interface SeatedThen {
  readonly ticket: number;
  readonly rank: number;
  readonly name: string;
  readonly identity?: string | undefined;
}

/** A record, with what it changed. */
export interface Step {
  readonly position: number;
  readonly at: number;
  readonly record: JournalRecord;
  readonly effects: readonly Effect[];
  /** The client of the record as it was before, if it had a seat. */
  readonly before: SeatedThen | undefined;
  /** As it is now. */
  readonly after: SeatedThen | undefined;
  /** The name of a client that left the waiting room. */
  readonly waited: string | undefined;
  /** The client with rank 0, if the record changed it. */
  readonly newFirst: SeatedThen | undefined;
}

export class RosterReplay {
  readonly #roster: ReplayedRoster;
  /** The last names of all clients, by ticket: a run may end after its executors have left. */
  readonly #names = new Map<number, string>();

  constructor(state: RosterState) {
    this.#roster = new ReplayedRoster(state);
    for (const seat of state.roster) this.#noteName(seat);
  }

  nameOf(ticket: number): string | undefined {
    return this.#names.get(ticket);
  }

  step({ position, at, record }: Pick<Step, "position" | "at" | "record">): Step {
    const { state } = this.#roster;
    const before = "ticket" in record ? this.#see(state.seatOf(record.ticket)) : undefined;
    const waited = record.kind === "withdraw" ? state.waiting.get(record.id)?.name : undefined;
    const first = this.#roster.first?.ticket;
    const effects = this.#roster.apply(position, record);
    let after: SeatedThen | undefined;
    for (const effect of effects) {
      if (!("seat" in effect)) continue;
      this.#noteName(effect.seat);
      if (effect.kind !== "left") after = this.#see(effect.seat);
    }
    const now = this.#roster.first;
    const newFirst = now?.ticket === first ? undefined : this.#see(now);
    return { position, at, record, effects, before, after, waited, newFirst };
  }

  #noteName({ ticket, client: { name } }: RosterSeat): void {
    this.#names.set(ticket, name);
  }

  #see(seat: RosterSeat | undefined): SeatedThen | undefined {
    if (seat === undefined) return undefined;
    const { ticket, client: { name, identity } } = seat;
    return { ticket, rank: this.#roster.rankOf(seat), name, identity };
  }
}
