// What each record does to the state, as one table. Pure: without a clock, randomness or the runtime, so that the same records
// always lead to the same state.

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

/** What a record has changed, for the sessions concerned. */
export type Effect<Member = unknown> =
  /** Seats from before the start that could not be kept. */
  | { readonly kind: "started"; readonly dropped: readonly RosterSeat<Member>[] }
  | { readonly kind: "completed" }
  | { readonly kind: "seated"; readonly seat: RosterSeat<Member>; readonly hasWaited: boolean }
  /** `place` is 1 for the client that gets the next free seat. */
  | { readonly kind: "waiting"; readonly client: Arrival; readonly place: number }
  | { readonly kind: "full"; readonly client: Arrival }
  | { readonly kind: "withdrawn"; readonly id: string }
  | { readonly kind: "left"; readonly seat: RosterSeat<Member>; readonly hasLapsed: boolean }
  /** The client of the seat has changed as the record says. */
  | { readonly kind: "changed"; readonly seat: RosterSeat<Member>; readonly before: SeatedClient }
  | { readonly kind: "yielded"; readonly seat: RosterSeat<Member>; readonly before: RosterSeat<Member> }
  /** The record was not valid when it was applied, and changed nothing. */
  | { readonly kind: "void"; readonly reason: VoidReason };

export type VoidReason =
  | "no such seat"
  | "resumed since"
  | "not away"
  | "already away"
  | "already evicted"
  | "wrong token"
  | "nothing to confirm"
  | "already known"
  | "not waiting";

type Outcome<Member> = readonly Effect<Member>[] | VoidReason;

interface Rule<Kind extends RecordKind> {
  /** For docs/journal.md: when the record is valid, and what it does. */
  readonly validIf: string;
  readonly does: string;
  readonly apply: <Member>(state: RosterState<Member>, record: RecordOf<Kind>) => Outcome<Member>;
}

const SAME = "the seat exists and has not been resumed since";

export const RULES: { readonly [Kind in RecordKind]: Rule<Kind> } = {
  start: {
    validIf: "always",
    does:
      "sets the capacity and the size of the waiting room; removes seats beyond the capacity, and seats of clients " +
      "that have not sent a line as a program; all other seats are away, and the waiting room is empty",
    apply: (state, record) => [{ kind: "started", dropped: state.begin(record) }],
  },
  complete: {
    validIf: "always",
    does: "no lease from before the start can still be unknown",
    apply(state) {
      state.complete();
      return [{ kind: "completed" }];
    },
  },
  join: {
    validIf: "no seat and no waiting client has this id",
    does: "gives the client a seat below all others, or else a place in the waiting room, or else neither",
    apply(state, record) {
      if (isKnown(state, record.id)) return "already known";
      if (state.size < state.capacity) {
        return [{ kind: "seated", seat: state.seat(record), hasWaited: false }];
      }
      const { kind: _, ...client } = record;
      if (state.waiting.size >= state.waitingCapacity) return [{ kind: "full", client }];
      state.addWaiting(client);
      return [{ kind: "waiting", client, place: state.waiting.size }];
    },
  },
  withdraw: {
    validIf: "a client with this id is waiting",
    does: "removes the client from the waiting room",
    apply: (state, { id }) => state.removeWaiting(id) ? [{ kind: "withdrawn", id }] : "not waiting",
  },
  spoke: {
    validIf: SAME,
    does: "the seat of a program is kept when the server restarts; the seat of a person loses its token",
    apply: (state, record) =>
      withSeat(
        state,
        record,
        (seat) => change(state, seat, record.isProgram ? { isProgram: true } : { hash: undefined }),
      ),
  },
  leave: {
    validIf: SAME,
    does: "removes the seat; all clients below move up; the client that has waited longest gets a seat",
    apply: (state, record) => withSeat(state, record, (seat) => free(state, seat, false)),
  },
  away: {
    validIf: "the seat exists, has not been resumed since, and is not away",
    does: "the seat is away: it is reserved for its client",
    apply: (state, record) =>
      withSeat(
        state,
        record,
        (seat) => seat.client.isAway ? "already away" : revise(state, seat, { isAway: true }),
      ),
  },
  claim: {
    validIf:
      "the seat exists, has not been resumed since, and is not evicted; the token is its current one or the one used " +
      "last; no other seat and no waiting client has this id",
    does: "gives the seat to the connection with this id, and replaces the token",
    apply: (state, record) =>
      withSeat(state, record, (seat) => {
        const { client } = seat;
        const { id, presented, hash, node, ip = client.ip, port = client.port } = record;
        if (client.isEvicted) return "already evicted";
        if (presented !== client.hash && presented !== client.usedHash) return "wrong token";
        if (id !== client.id && isKnown(state, id)) return "already known";
        return revise(state, seat, {
          id,
          n: client.n + 1,
          hash,
          usedHash: presented,
          isAway: false,
          node,
          ip,
          port,
        });
      }),
  },
  confirm: {
    validIf: "the seat exists, has not been resumed since, and the token used last is still valid",
    does: "only the current token stays valid",
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
    validIf: "the seat exists, has not been resumed since, and is away",
    does: "as `leave`",
    apply: (state, record) =>
      withSeat(state, record, (seat) => seat.client.isAway ? free(state, seat, true) : "not away"),
  },
  yield: {
    validIf: SAME,
    does:
      "moves the client to a new seat below all others in one step, with the token of the record, or else its old one",
    apply: (state, record) =>
      withSeat(state, record, (before) => {
        const { client } = before;
        state.remove(before);
        const token = record.hash === undefined ? {} : { hash: record.hash, usedHash: undefined };
        return [{ kind: "yielded", seat: state.seat({ ...client, ...token, n: 0 }, before.member), before }];
      }),
  },
  evict: {
    validIf: "the seat exists, has not been resumed since, and is not evicted",
    does: "the seat can no longer be resumed; a later `leave` or `lapse` removes it",
    apply: (state, record) =>
      withSeat(
        state,
        record,
        (seat) => seat.client.isEvicted ? "already evicted" : change(state, seat, { isEvicted: true }),
      ),
  },
  rename: {
    validIf: SAME,
    does: "changes the name of the client",
    apply: (state, record) => withSeat(state, record, (seat) => revise(state, seat, { name: record.name })),
  },
  lease: {
    validIf: SAME,
    does: "gives the client a lease or a longer one, and a token if it has none",
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
 * Applies the next record. @returns what it has changed; a record that is not valid changes nothing
 *
 * @throws {Error} for an unknown record, a later version, or a position that is not higher than the last: skipping a record
 * would lead to a different state
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
  return seat.client.n === n ? apply(seat) : "resumed since";
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

/** A change that members can see, so it begins a new epoch. */
function revise<Member>(
  state: RosterState<Member>,
  seat: RosterSeat<Member>,
  changes: Partial<SeatedClient>,
): Outcome<Member> {
  state.revise();
  return change(state, seat, changes);
}

/** Seats at most one waiting client: a position can be the ticket of only one seat. */
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
