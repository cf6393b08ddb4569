// Where seats outlive the server. The port, and the store for a server that keeps nothing.

/** A seat that its member may take back after a restart. */
export interface SeatRecord {
  readonly ticket: number;
  /** Of the token that takes it back. */
  readonly tokenHash: string;
  /** Of the one before, which is good as well until its member has shown that it knows the new one. */
  readonly earlierHash: string | undefined;
  /** The operator has taken the seat away; it is kept for its lease alone, and nobody takes it back. */
  readonly isEvicted: boolean;
  readonly name: string;
  readonly ip: string;
  readonly port: number;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly leaseMs: number;
}

export interface SeatStore {
  /** What an earlier life of the server left, in ticket order. */
  load(): readonly SeatRecord[];
  /** Whether {@linkcode load} gives every lease of earlier lives, so that no leader of then can be unknown now. */
  readonly knowsAllLeases: boolean;
  /** The ticket of the next arrival: above all that were ever given. */
  readonly firstTicket: number;
  /** No earlier life had a roster of a later version. */
  readonly lastEpoch: number;
  /** Adds the seat or replaces what is known of it. Kept for good once {@linkcode commit} has returned. */
  save(record: SeatRecord): void;
  remove(ticket: number): void;
  /** Notes that tickets up to this one were given. */
  noteTicket(ticket: number): void;
  /** Whatever lease earlier lives may have granted is over by now: from here on the store knows of all. */
  notePastOver(): void;
  /** Notes that the roster has this version by now. */
  noteEpoch(epoch: number): void;
  /**
   * Called before anything is sent that relies on what was saved. Where a lease is concerned, it is on the disk afterwards.
   *
   * @returns false when a restart now would know neither what was saved nor that something is missing: then no client may
   * be told anything that its lease relies on.
   */
  commit(): boolean;
  close(): void;
}

/** Keeps nothing. @param firstTicket above all that were given by earlier lives. */
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
