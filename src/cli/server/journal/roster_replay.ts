// Applies records one by one, and says whom each of them concerned.

import {
  type Effect,
  type JournalRecord,
  ReplayedRoster,
  type RosterSeat,
  type RosterState,
} from "../../../journal/mod.ts";

/** A client with a seat, at one moment. */
export interface SeatedThen {
  readonly ticket: number;
  readonly rank: number;
  readonly name: string;
  readonly identity?: string | undefined;
}

/** A record, with what came of it. */
export interface Step {
  readonly position: number;
  readonly at: number;
  readonly record: JournalRecord;
  readonly effects: readonly Effect[];
  /** The client of the record as it was before, if it had a seat. */
  readonly before: SeatedThen | undefined;
  /** As it is now. */
  readonly after: SeatedThen | undefined;
  /** The name of a client that waited no longer. */
  readonly waited: string | undefined;
  /** The client that has rank 0 since. */
  readonly newFirst: SeatedThen | undefined;
}

export class RosterReplay {
  readonly #roster: ReplayedRoster;
  /** The last known names of all clients, by ticket: results of runs may come when they have left. */
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
