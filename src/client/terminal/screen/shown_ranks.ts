// Which client had which rank when the screen last showed it. Ranks move while the user types, tickets never do: a rank
// that is typed means the client that was shown with it.

import type { DryRunTarget, Roster, RosterChanged, Targets } from "../../../protocol/methods/mod.ts";
import type { ClientEvent } from "../../session/mod.ts";

/** What was shown at some time; later changes do not change it. */
export interface Shown {
  /** Tickets by rank, of a whole roster. */
  readonly roster: readonly number[];
  /** Tickets by rank, of rows that were shown later. */
  readonly rows: ReadonlyMap<number, number>;
}

const NOTHING: Shown = { roster: [], rows: new Map() };

export class ShownRanks {
  #shown = NOTHING;
  /** The roster now, kept up to date by its changes; absent until a whole one was loaded. */
  #roster: { readonly epoch: number; readonly tickets: readonly number[] } | undefined;
  /** The epoch of a change that was shown, whose effect on the roster has not been received yet. */
  #awaitedEpoch: number | undefined;
  /** Of the last change. */
  #lastEpoch = -Infinity;

  get now(): Shown {
    return this.#shown;
  }

  /** Takes in a whole roster that was asked for. */
  load({ epoch, members }: Roster): void {
    // Changes that were received in the meantime are not in it, so it cannot be kept up to date.
    const isCurrent = epoch >= this.#lastEpoch;
    this.#roster = isCurrent ? { epoch, tickets: members.map(({ ticket }) => ticket) } : undefined;
  }

  /** A whole roster is shown. */
  showRoster({ members }: Roster): void {
    this.#awaitedEpoch = undefined;
    this.#shown = { ...NOTHING, roster: members.map(({ ticket }) => ticket) };
  }

  /** Some members are shown with their ranks. */
  showRows(members: readonly Pick<DryRunTarget, "rank" | "ticket">[]): void {
    const rows = new Map(this.#shown.rows);
    for (const { rank, ticket } of members) {
      if (rank !== undefined && ticket !== undefined) rows.set(rank, ticket);
    }
    this.#shown = { ...this.#shown, rows };
  }

  /** @param isShown whether the user sees the event */
  apply(event: ClientEvent, isShown: boolean): void {
    switch (event.kind) {
      case "roster_changed":
        this.#change(event.change);
        if (isShown || (this.#awaitedEpoch ?? Infinity) <= event.change.epoch) this.#showCurrent();
        return;
      case "promoted":
        return this.#showFrom(event.promoted.epoch);
      case "yielded":
        return this.#showFrom(event.place.epoch);
      case "welcome":
      case "disconnected":
      case "missed":
        this.#roster = undefined;
        this.#lastEpoch = -Infinity;
        return this.#showCurrent();
      default:
        return;
    }
  }

  /** The new own rank is shown, which says that those of others have changed, too. */
  #showFrom(epoch: number): void {
    if (this.#roster !== undefined && this.#roster.epoch >= epoch) return this.#showCurrent();
    this.#shown = NOTHING;
    this.#awaitedEpoch = epoch;
  }

  #showCurrent(): void {
    this.#awaitedEpoch = undefined;
    this.#shown = this.#roster === undefined ? NOTHING : { ...NOTHING, roster: this.#roster.tickets };
  }

  #change({ epoch, members, joined, left, missed }: RosterChanged): void {
    this.#lastEpoch = epoch;
    if (this.#roster === undefined || epoch <= this.#roster.epoch) return;
    const gone = new Set(left);
    const known = new Set(this.#roster.tickets);
    const tickets = [
      ...this.#roster.tickets.filter((ticket) => !gone.has(ticket)),
      ...joined.map(({ ticket }) => ticket).filter((ticket) => !known.has(ticket)),
    ].sort((a, b) => a - b);
    // One that does not add up is not relied on.
    const isWhole = missed !== true && tickets.length === members;
    this.#roster = isWhole ? { epoch, tickets } : undefined;
  }
}

/** The targets with tickets in place of the ranks that were shown; others stay ranks. */
export function byTicket({ to, to_tickets, to_names, from_rank }: Targets, { roster, rows }: Shown): Targets {
  if (to === undefined) return { to_tickets, to_names, from_rank };
  const tickets = [...to_tickets ?? []];
  const ranks = to.filter((rank) => {
    const ticket = rows.get(rank) ?? roster[rank];
    if (ticket !== undefined) tickets.push(ticket);
    return ticket === undefined;
  });
  return { to: unlessEmpty(ranks), to_tickets: unlessEmpty(tickets), to_names, from_rank };
}

function unlessEmpty(numbers: readonly number[]): readonly number[] | undefined {
  return numbers.length === 0 ? undefined : numbers;
}
