// Replays records, with the ranks after each. Departures are settled many at a time, because each settlement is a pass over
// all seats.

import { apply, type Effect } from "./apply.ts";
import type { JournalRecord, Position } from "./record.ts";
import type { RosterSeat, RosterState } from "./roster_state.ts";

const MAX_UNSETTLED = 100;

export class ReplayedRoster {
  readonly state: RosterState;
  readonly #onSettled: (state: RosterState) => void;
  /** The tickets of seats that were removed since the state was settled. */
  #gone: Position[] = [];

  /** @param state settled. @param onSettled called when departures have been settled */
  constructor(state: RosterState, onSettled: (state: RosterState) => void = () => {}) {
    this.state = state;
    this.#onSettled = onSettled;
  }

  apply(position: Position, record: JournalRecord): readonly Effect[] {
    const effects = apply(this.state, position, record);
    for (const effect of effects) {
      if (effect.kind === "left") this.#gone.push(effect.seat.ticket);
      else if (effect.kind === "yielded") this.#gone.push(effect.before.ticket);
      // A start settles the state.
      else if (effect.kind === "started") this.#gone = [];
    }
    if (this.#gone.length >= MAX_UNSETTLED) this.settle();
    return effects;
  }

  settle(): void {
    this.#gone = [];
    if (this.state.settle() !== undefined) this.#onSettled(this.state);
  }

  /** The rank that a seat has now. */
  rankOf({ rank, ticket }: Pick<RosterSeat, "rank" | "ticket">): number {
    let above = 0;
    for (const gone of this.#gone) if (gone < ticket) above++;
    return rank - above;
  }

  /** The seat with rank 0. */
  get first(): RosterSeat | undefined {
    const { state } = this;
    if (state.size === 0) return undefined;
    const first = state.roster.find((seat) => state.isSeated(seat));
    if (first !== undefined) return first;
    this.settle();
    return state.roster[0];
  }
}
