// What each record does to the state, as one table: pure, without a clock, chance or the runtime, so that every server that
// applies the same records comes to the same state.

import {
  type Arrival,
  JOURNAL_VERSION,
  type JournalRecord,
  type Position,
  type RecordKind,
  type RecordOf,
  type SeatClaim,
} from "./record.ts";
import type { RosterSeat, RosterState } from "./roster_state.ts";

/** What came of a record, for the sessions that it concerns. */
export type Effect =
  /** Seats of the life before that are beyond the capacity are gone. */
  | { readonly kind: "started"; readonly dropped: readonly RosterSeat[] }
  | { readonly kind: "seated"; readonly seat: RosterSeat; readonly hasWaited: boolean }
  /** `place` is 1 for the first that waits. */
  | { readonly kind: "waiting"; readonly client: Arrival; readonly place: number }
  | { readonly kind: "full"; readonly client: Arrival }
  | { readonly kind: "withdrawn"; readonly id: string }
  | { readonly kind: "left"; readonly seat: RosterSeat; readonly hasLapsed: boolean }
  | { readonly kind: "away" | "renamed" | "leased"; readonly seat: RosterSeat }
  | { readonly kind: "claimed"; readonly seat: RosterSeat; readonly before: RosterSeat }
  | { readonly kind: "yielded"; readonly seat: RosterSeat; readonly before: RosterSeat }
  | { readonly kind: "evicted"; readonly seat: RosterSeat; readonly by: string | undefined }
  /** The record changed nothing: it was not valid when its turn came. */
  | { readonly kind: "void"; readonly record: JournalRecord; readonly reason: VoidReason };

export type VoidReason =
  | "no such seat"
  | "claimed since"
  | "not away"
  | "away already"
  | "evicted already"
  | "wrong token"
  | "known already"
  | "not waiting";

interface Rule<Kind extends RecordKind> {
  /** For docs/journal.md: when the record is valid, and what it does. */
  readonly validIf: string;
  readonly does: string;
  readonly apply: (state: RosterState, record: RecordOf<Kind>) => readonly Effect[];
}

export const RULES: { readonly [Kind in RecordKind]: Rule<Kind> } = {
  start: {
    validIf: "always",
    does:
      "sets capacity and waiting room; every seat is away, seats beyond the capacity are gone, and the waiting room is empty",
    apply: (state, { version, capacity, waitingCapacity }) => [
      { kind: "started", dropped: state.begin(version, capacity, waitingCapacity) },
    ],
  },
  join: {
    validIf: "neither a seat nor a waiting client has this id",
    does: "a seat behind all others, a place in the waiting room, or neither where all are taken",
    apply(state, { kind: _, ...client }) {
      if (state.seatById(client.id) !== undefined || state.waits(client.id)) return [];
      if (state.size < state.capacity) {
        return [{ kind: "seated", seat: state.seat(client), hasWaited: false }];
      }
      if (state.waitingSize >= state.waitingCapacity) return [{ kind: "full", client }];
      state.addWaiting(client);
      return [{ kind: "waiting", client, place: state.waitingSize }];
    },
  },
  withdraw: {
    validIf: "a client with this id waits",
    does: "it waits no more",
    apply: (state, { id }) => state.removeWaiting(id) ? [{ kind: "withdrawn", id }] : [],
  },
  leave: {
    validIf: "the seat exists, and was not claimed since",
    does: "the seat is gone; all below move up; the client that has waited longest is seated",
    apply: (state, record) => withSeat(state, record, (seat) => free(state, seat, false)),
  },
  away: {
    validIf: "the seat exists, was not claimed since, and is not away",
    does: "the seat is kept for its client",
    apply: (state, record) =>
      withSeat(
        state,
        record,
        (seat) => seat.isAway ? [] : [{ kind: "away", seat: state.change(seat, { isAway: true }) }],
      ),
  },
  claim: {
    validIf:
      "the seat exists, was not claimed since and is not evicted; the token is its current or its last used one",
    does: "the seat belongs to the connection with this id; the token is replaced",
    apply: (state, record) =>
      withSeat(state, record, (before) => {
        const { id, presented, hash } = record;
        if (before.isEvicted || (presented !== before.hash && presented !== before.usedHash)) return [];
        const seat = state.change(before, { id, n: before.n + 1, hash, usedHash: presented, isAway: false });
        return [{ kind: "claimed", seat, before }];
      }),
  },
  lapse: {
    validIf: "the seat exists, was not claimed since, and is away",
    does: "as leave",
    apply: (state, record) => withSeat(state, record, (seat) => seat.isAway ? free(state, seat, true) : []),
  },
  yield: {
    validIf: "the seat exists, and was not claimed since",
    does: "its client gets a new seat behind all others, in one step",
    apply: (state, record) =>
      withSeat(state, record, (before) => {
        state.remove(before);
        const { ticket: _, usedHash: __, ...client } = before;
        const seat = state.seat({ ...client, n: 0, hash: record.hash ?? before.hash });
        return [{ kind: "yielded", seat, before }];
      }),
  },
  evict: {
    validIf: "the seat exists, was not claimed since, and is not evicted",
    does: "the seat cannot be claimed any more; it is gone with a leave or lapse",
    apply: (state, record) =>
      withSeat(
        state,
        record,
        (seat) =>
          seat.isEvicted
            ? []
            : [{ kind: "evicted", seat: state.change(seat, { isEvicted: true }), by: record.by }],
      ),
  },
  rename: {
    validIf: "the seat exists, and was not claimed since",
    does: "the client has another name",
    apply: (state, record) =>
      withSeat(
        state,
        record,
        (seat) => [{ kind: "renamed", seat: state.change(seat, { name: record.name }) }],
      ),
  },
  lease: {
    validIf: "the seat exists, and was not claimed since",
    does: "the client has a lease, which is never shortened; its first token may come with it",
    apply: (state, record) =>
      withSeat(state, record, (seat) => {
        const leaseMs = Math.max(seat.leaseMs, record.leaseMs);
        return [{ kind: "leased", seat: state.change(seat, { leaseMs, hash: record.hash ?? seat.hash }) }];
      }),
  },
};

/**
 * Applies the next record. @returns what came of it; a record that is not valid changes nothing
 *
 * @throws {Error} for an unknown record, a later version, or a position that is not the next one: skipping a record would
 * lead to another state than that of the others
 */
export function apply(state: RosterState, position: Position, record: JournalRecord): readonly Effect[] {
  if (!Object.hasOwn(RULES, record.kind)) {
    throw new Error(`Cannot apply a record of the kind "${record.kind}"`);
  }
  if (record.kind === "start" && record.version > JOURNAL_VERSION) {
    throw new Error(
      `Cannot apply a journal of version ${record.version}: this program knows ${JOURNAL_VERSION}`,
    );
  }
  state.advance(position);
  const rule: Rule<RecordKind> = RULES[record.kind] as Rule<RecordKind>;
  const effects = rule.apply(state, record);
  return effects.length > 0 ? effects : [{ kind: "void", record, reason: reasonFor(state, record) }];
}

function withSeat(
  state: RosterState,
  { ticket, n }: SeatClaim,
  apply: (seat: RosterSeat) => readonly Effect[],
): readonly Effect[] {
  const seat = state.seatOf(ticket);
  return seat === undefined || seat.n !== n ? [] : apply(seat);
}

/** At most one client is seated: the position of a record is the ticket of one seat only. */
function free(state: RosterState, seat: RosterSeat, hasLapsed: boolean): readonly Effect[] {
  state.remove(seat);
  const left: Effect = { kind: "left", seat, hasLapsed };
  if (state.size >= state.capacity) return [left];
  const next = state.takeFirstWaiting();
  return next === undefined ? [left] : [left, { kind: "seated", seat: state.seat(next), hasWaited: true }];
}

function reasonFor(state: RosterState, record: JournalRecord): VoidReason {
  if (record.kind === "join") return "known already";
  if (record.kind === "withdraw") return "not waiting";
  if (record.kind === "start") throw new Error("A start is always valid");
  const seat = state.seatOf(record.ticket);
  if (seat === undefined) return "no such seat";
  if (seat.n !== record.n) return "claimed since";
  switch (record.kind) {
    case "away":
      return "away already";
    case "lapse":
      return "not away";
    case "evict":
      return "evicted already";
    default:
      return seat.isEvicted ? "evicted already" : "wrong token";
  }
}
