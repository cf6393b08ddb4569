// The state as plain data, stored with the records.

import type { Arrival, Position } from "./record.ts";

/** The data of a seat's client. Replaced as a whole when it changes. */
export interface SeatedClient extends Arrival {
  /** How often the seat was resumed. */
  readonly n: number;
  /** Of the token that was used last: it stays valid until the client has confirmed the new one. */
  readonly usedHash?: string | undefined;
  /** It has sent a line as a program: its seat is kept when the server restarts. */
  readonly isProgram: boolean;
  readonly isAway: boolean;
  readonly isEvicted: boolean;
}

/** A seat as plain data. */
export type SavedSeat = SeatedClient & { readonly ticket: Position };

/** The state as plain data. */
export interface Snapshot {
  readonly version: number;
  /** Of the last record that it contains. */
  readonly position: Position;
  readonly epoch: Position;
  readonly capacity: number;
  readonly waitingCapacity: number;
  readonly isComplete: boolean;
  readonly leaseMaxMs?: number | undefined;
  readonly seats: readonly SavedSeat[];
  readonly waiting: readonly Arrival[];
}
