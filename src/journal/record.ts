// The records of the journal: everything that changes the roster. An engine gives them their positions; apply.ts applies
// them.

/**
 * The place of a record in the order: a safe integer, 0 or more, higher than the positions of all earlier records, but not
 * always the next one. The position of the record that creates a seat is the seat's ticket.
 */
export type Position = number;

/** The seat that a record is about, and how often it had been resumed: a record that comes too late is void. */
export interface SeatClaim {
  readonly ticket: Position;
  /** How often the seat had been resumed. */
  readonly n: number;
}

/** A client as it arrives. */
export interface Arrival {
  /** Unique for each connection, across restarts of the server. */
  readonly id: string;
  readonly name: string;
  readonly ip: string;
  readonly port: number;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** The name of its login token, where one is required. */
  readonly identity?: string | undefined;
  /** Of the token that resumes its seat; absent: the seat cannot be resumed. */
  readonly hash?: string | undefined;
  /** How long the seat is kept after the client was last heard; 0: it has no lease. */
  readonly leaseMs: number;
  /** The server that it is connected to, where several share a roster. */
  readonly node?: string | undefined;
}

export type JournalRecord =
  /** The first record of a server that has started. */
  | {
    readonly kind: "start";
    readonly version: number;
    readonly capacity: number;
    readonly waitingCapacity: number;
    /** The journal contains every lease that was granted before. */
    readonly isComplete: boolean;
    /** The longest lease that this server grants, in ms. */
    readonly leaseMaxMs?: number | undefined;
  }
  /** Every lease that the journal does not contain has ended. */
  | { readonly kind: "complete" }
  | ({ readonly kind: "join" } & Arrival)
  /** A waiting client has left. */
  | { readonly kind: "withdraw"; readonly id: string }
  /** The first line of a client showed whether it is a program or a person. */
  | ({ readonly kind: "spoke"; readonly isProgram: boolean } & SeatClaim)
  | ({ readonly kind: "leave" } & SeatClaim)
  /** The connection ended; the seat is kept. `leaseRestMs`: how long its program may still run. */
  | ({ readonly kind: "away"; readonly leaseRestMs?: number | undefined } & SeatClaim)
  /** A client resumes its seat. `presented` is the hash of the token that it sent, `hash` that of the new one. */
  | (
    & {
      readonly kind: "claim";
      readonly id: string;
      readonly presented: string;
      readonly hash?: string | undefined;
      readonly node?: string | undefined;
      /** Where the client connects from now, on a server that is not the first to know it. */
      readonly ip?: string | undefined;
      readonly port?: number | undefined;
    }
    & SeatClaim
  )
  /** The client has received its new token. */
  | ({ readonly kind: "confirm" } & SeatClaim)
  /** The reservation of a seat whose client is away has expired. */
  | ({ readonly kind: "lapse" } & SeatClaim)
  /** The client moves to a new seat below all others. */
  | ({ readonly kind: "yield"; readonly hash?: string | undefined } & SeatClaim)
  | ({ readonly kind: "evict"; readonly by?: string | undefined } & SeatClaim)
  | ({ readonly kind: "rename"; readonly name: string } & SeatClaim)
  /** `hash` is that of its token, if it had none. */
  | ({ readonly kind: "lease"; readonly leaseMs: number; readonly hash?: string | undefined } & SeatClaim);

export type RecordKind = JournalRecord["kind"];
export type RecordOf<Kind extends RecordKind> = Extract<JournalRecord, { readonly kind: Kind }>;

/** A record about a seat, without the seat. */
export type SeatRecord = JournalRecord extends infer R
  ? R extends SeatClaim ? Omit<R, keyof SeatClaim> : never
  : never;

/** The version of the rules in apply.ts. A server does not apply records of a later version. */
export const JOURNAL_VERSION = 1;

/** @throws {Error} if records or a snapshot are of a later version */
export function checkVersion(version: number): void {
  if (version <= JOURNAL_VERSION) return;
  throw new Error(
    `Cannot apply a journal of version ${version}: this program supports up to ${JOURNAL_VERSION}`,
  );
}
