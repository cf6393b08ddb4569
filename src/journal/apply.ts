// What each record does to the state, as one table: pure, without a clock, chance or the runtime, so that every server that
// applies the same records comes to the same state.

import {
  type Arrival,
  checkVersion,
  type JournalRecord,
  type Position,
  type RecordKind,
  type RecordOf,
  type SeatClaim,
} from "./record.ts";
import type { RosterSeat, RosterState } from "./roster_state.ts";
import type { SeatedClient } from "./snapshot.ts";

/** What came of a record, for the sessions that it concerns. */
export type Effect<Member = unknown> =
  /** Seats of the life before that could not be kept. */
  | { readonly kind: "started"; readonly dropped: readonly RosterSeat<Member>[] }
  | { readonly kind: "completed" }
  | { readonly kind: "seated"; readonly seat: RosterSeat<Member>; readonly hasWaited: boolean }
  /** `place` is 1 for the first that waits. */
  | { readonly kind: "waiting"; readonly client: Arrival; readonly place: number }
  | { readonly kind: "full"; readonly client: Arrival }
  | { readonly kind: "withdrawn"; readonly id: string }
  | { readonly kind: "left"; readonly seat: RosterSeat<Member>; readonly hasLapsed: boolean }
  /** The client of the seat is as the record says. */
  | { readonly kind: "changed"; readonly seat: RosterSeat<Member>; readonly before: SeatedClient }
  | { readonly kind: "yielded"; readonly seat: RosterSeat<Member>; readonly before: RosterSeat<Member> }
  /** The record changed nothing: it was not valid when its turn came. */
  | { readonly kind: "void"; readonly reason: VoidReason };

export type VoidReason =
  | "no such seat"
  | "claimed since"
  | "not away"
  | "away already"
  | "evicted already"
  | "wrong token"
  | "nothing to confirm"
  | "known already"
  | "not waiting";

type Outcome<Member> = readonly Effect<Member>[] | VoidReason;

interface Rule<Kind extends RecordKind> {
  /** For docs/journal.md: when the record is valid, and what it does. */
  readonly validIf: string;
  readonly does: string;
  readonly apply: <Member>(state: RosterState<Member>, record: RecordOf<Kind>) => Outcome<Member>;
}

const SAME = "the seat exists, and was not claimed since";

export const RULES: { readonly [Kind in RecordKind]: Rule<Kind> } = {
  start: {
    validIf: "always",
    does:
      "sets capacity and waiting room; every seat is away, seats beyond the capacity and those of clients " +
      "that have not spoken as programs are gone, and the waiting room is empty",
    apply: (state, record) => [{ kind: "started", dropped: state.begin(record) }],
  },
  complete: {
    validIf: "always",
    does: "no lease of an earlier life is unknown any more",
    apply(state) {
      state.complete();
      return [{ kind: "completed" }];
    },
  },
  join: {
    validIf: "neither a seat nor a waiting client has this id",
    does: "a seat behind all others, a place in the waiting room, or neither where all are taken",
    apply(state, { kind: _, ...client }) {
      if (isKnown(state, client.id)) return "known already";
      if (state.size < state.capacity) {
        return [{ kind: "seated", seat: state.seat(client), hasWaited: false }];
      }
      if (state.waiting.size >= state.waitingCapacity) return [{ kind: "full", client }];
      state.addWaiting(client);
      return [{ kind: "waiting", client, place: state.waiting.size }];
    },
  },
  withdraw: {
    validIf: "a client with this id waits",
    does: "it waits no more",
    apply: (state, { id }) => state.removeWaiting(id) ? [{ kind: "withdrawn", id }] : "not waiting",
  },
  spoke: {
    validIf: SAME,
    does: "the seat of a program outlives the server's process; a person has no token",
    apply: (state, record) =>
      withSeat(
        state,
        record,
        (seat) => change(state, seat, record.isProgram ? { isProgram: true } : { hash: undefined }),
      ),
  },
  leave: {
    validIf: SAME,
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
        (seat) => seat.client.isAway ? "away already" : revise(state, seat, { isAway: true }),
      ),
  },
  claim: {
    validIf:
      "the seat exists, was not claimed since and is not evicted; the token is its current or its last used one; " +
      "no other seat and no waiting client has this id",
    does: "the seat belongs to the connection with this id; the token is replaced",
    apply: (state, record) =>
      withSeat(state, record, (seat) => {
        const { id, presented, hash, node } = record;
        const { client } = seat;
        if (client.isEvicted) return "evicted already";
        if (presented !== client.hash && presented !== client.usedHash) return "wrong token";
        if (id !== client.id && isKnown(state, id)) return "known already";
        return revise(state, seat, { id, n: client.n + 1, hash, usedHash: presented, isAway: false, node });
      }),
  },
  confirm: {
    validIf: "the seat exists, was not claimed since, and its last used token is valid",
    does: "only the current token is valid",
    apply: (state, record) =>
      withSeat(
        state,
        record,
        (seat) =>
          seat.client.usedHash === undefined
            ? "nothing to confirm"
            : change(state, seat, { usedHash: undefined }),
      ),
  },
  lapse: {
    validIf: "the seat exists, was not claimed since, and is away",
    does: "as leave",
    apply: (state, record) =>
      withSeat(state, record, (seat) => seat.client.isAway ? free(state, seat, true) : "not away"),
  },
  yield: {
    validIf: SAME,
    does:
      "its client gets a new seat behind all others, in one step, with the token of the record or the one it had",
    apply: (state, record) =>
      withSeat(state, record, (before) => {
        const { client } = before;
        state.remove(before);
        const token = record.hash === undefined ? {} : { hash: record.hash, usedHash: undefined };
        return [{ kind: "yielded", seat: state.seat({ ...client, ...token, n: 0 }, before.member), before }];
      }),
  },
  evict: {
    validIf: "the seat exists, was not claimed since, and is not evicted",
    does: "the seat cannot be claimed any more; it is gone with a leave or lapse",
    apply: (state, record) =>
      withSeat(
        state,
        record,
        (seat) => seat.client.isEvicted ? "evicted already" : change(state, seat, { isEvicted: true }),
      ),
  },
  rename: {
    validIf: SAME,
    does: "the client has another name",
    apply: (state, record) => withSeat(state, record, (seat) => revise(state, seat, { name: record.name })),
  },
  lease: {
    validIf: SAME,
    does: "the client has a lease, which is never shortened, and perhaps its first token",
    apply: (state, record) =>
      withSeat(state, record, (seat) => {
        const { leaseMs, hash } = seat.client;
        return revise(state, seat, {
          leaseMs: Math.max(leaseMs, record.leaseMs),
          hash: hash ?? record.hash,
        });
      }),
  },
};

/**
 * Applies the next record. @returns what came of it; a record that is not valid changes nothing
 *
 * @throws {Error} for an unknown record, a later version, or a position that is not the next one: skipping a record would
 * lead to another state than that of the others
 */
export function apply<Member>(
  state: RosterState<Member>,
  position: Position,
  record: JournalRecord,
): readonly Effect<Member>[] {
  if (!Object.hasOwn(RULES, record.kind)) {
    throw new Error(`Cannot apply a record of the kind "${record.kind}"`);
  }
  if (record.kind === "start") checkVersion(record.version);
  state.advance(position);
  const outcome = (RULES[record.kind] as Rule<RecordKind>).apply(state, record);
  return typeof outcome === "string" ? [{ kind: "void", reason: outcome }] : outcome;
}

function isKnown<Member>(state: RosterState<Member>, id: string): boolean {
  return state.seatById(id) !== undefined || state.waiting.has(id);
}

function withSeat<Member>(
  state: RosterState<Member>,
  { ticket, n }: SeatClaim,
  apply: (seat: RosterSeat<Member>) => Outcome<Member>,
): Outcome<Member> {
  const seat = state.seatOf(ticket);
  if (seat === undefined) return "no such seat";
  return seat.client.n === n ? apply(seat) : "claimed since";
}

function change<Member>(
  state: RosterState<Member>,
  seat: RosterSeat<Member>,
  changes: Partial<SeatedClient>,
): Outcome<Member> {
  const before = seat.client;
  state.change(seat, changes);
  return [{ kind: "changed", seat, before }];
}

/** A change that the members are shown. */
function revise<Member>(
  state: RosterState<Member>,
  seat: RosterSeat<Member>,
  changes: Partial<SeatedClient>,
): Outcome<Member> {
  state.revise();
  return change(state, seat, changes);
}

/** At most one client is seated: the position of a record is the ticket of one seat only. */
function free<Member>(
  state: RosterState<Member>,
  seat: RosterSeat<Member>,
  hasLapsed: boolean,
): Outcome<Member> {
  state.remove(seat);
  const left: Effect<Member> = { kind: "left", seat, hasLapsed };
  if (state.size >= state.capacity) return [left];
  const next = state.takeFirstWaiting();
  return next === undefined ? [left] : [left, { kind: "seated", seat: state.seat(next), hasWaited: true }];
}
