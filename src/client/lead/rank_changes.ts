// When the own rank has changed, read off the events: a seat that was taken back unchanged is no change, and neither is a
// connection that broke. Pure.

import type { ClientEvent, OwnPlace } from "../session/mod.ts";
import { placeAfter } from "../connection/mod.ts";

export interface RankChange {
  readonly rank: number;
  /** Absent: there was none before, or it is a new seat with the rank of the one before. */
  readonly was?: number | undefined;
  readonly ticket: number;
  readonly epoch: number;
}

export class RankChanges {
  #place: OwnPlace | undefined;
  #last: RankChange | undefined;

  /** To be told every event, in order. Each place is told once, so no epoch of a seat comes twice. */
  note(event: ClientEvent): RankChange | undefined {
    this.#place = placeAfter(this.#place, event);
    if (this.#place === undefined) return undefined;
    const { rank, ticket, epoch } = this.#place;
    const last = this.#last;
    if (last?.rank === rank && last.ticket === ticket) return undefined;
    this.#last = { rank, was: last?.rank === rank ? undefined : last?.rank, ticket, epoch };
    return this.#last;
  }
}
