// Stores seats so that they survive a restart of the server: the interface, and a store that keeps nothing.

/** A seat that its member may resume after a restart. */
export interface SeatRecord {
  readonly ticket: number;
  /** The hash of the resume token. */
  readonly tokenHash: string;
  /** The hash of the previous token, which stays valid until the member has confirmed the new one. */
  readonly earlierHash: string | undefined;
  /** The member was evicted: the seat stays reserved until its lease ends, and cannot be resumed. */
  readonly isEvicted: boolean;
  readonly name: string;
  readonly ip: string;
  readonly port: number;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly leaseMs: number;
}

export interface SeatStore {
  /** The seats that earlier server processes left, in ticket order. */
  load(): readonly SeatRecord[];
  /** Whether {@linkcode load} returns every lease of earlier processes, so that no leader is unknown. */
  readonly knowsAllLeases: boolean;
  /** The ticket of the next arrival: higher than all that were ever issued. */
  readonly firstTicket: number;
  /** At least the highest epoch that an earlier process has used. */
  readonly lastEpoch: number;
  /** Adds or replaces a seat. It is stored when {@linkcode commit} has returned. */
  save(record: SeatRecord): void;
  remove(ticket: number): void;
  /** Records that tickets up to this one were issued. */
  noteTicket(ticket: number): void;
  /** Every lease that an earlier process may have granted has ended: from now on the store knows all leases. */
  notePastOver(): void;
  /** Records the current epoch of the roster. */
  noteEpoch(epoch: number): void;
  /**
   * Called before sending anything that relies on what was saved. If leases are involved, the data is on the disk when it
   * returns.
   *
   * @returns false when after a restart the server would know neither what was saved nor that something is missing. Then
   * clients must not be sent anything that their lease relies on.
   */
  commit(): boolean;
  close(): void;
}

/** Keeps nothing. @param firstTicket higher than all that earlier processes issued. */
export function nullStore(firstTicket: number): SeatStore {
  return {
    load: () => [],
    knowsAllLeases: false,
    firstTicket,
    lastEpoch: 0,
    save: () => {},
    remove: () => {},
    noteTicket: () => {},
    notePastOver: () => {},
    noteEpoch: () => {},
    commit: () => true,
    close: () => {},
  };
}
