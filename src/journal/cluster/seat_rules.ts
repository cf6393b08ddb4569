// What the records about seats do: as on a single server, for the node that a client is connected to.

import { RULES } from "../mod.ts";
import { type ClusterKind, type ClusterRecordOf, MAX_LAPSES } from "./cluster_record.ts";
import type { ClusterRule } from "./cluster_rule.ts";
import type { NodeKind } from "./node_rules.ts";

export type SeatKind = Exclude<ClusterKind, NodeKind>;

export const SEAT_RULES: { readonly [Kind in SeatKind]: ClusterRule<Kind> } = {
  complete: sameFor("complete"),
  join: {
    validIf: RULES.join.validIf,
    does: `${RULES.join.does}; the author is its home`,
    apply: (state, { node, record }) => state.applyToRoster({ ...record, node }),
  },
  withdraw: {
    validIf: "a client with this id waits; the author is its home",
    does: RULES.withdraw.does,
    apply(state, { node, record }) {
      const client = state.roster.waiting.get(record.id);
      return client === undefined || client.node === node ? state.applyToRoster(record) : "not at home";
    },
  },
  spoke: atHome("spoke"),
  leave: atHome("leave"),
  away: atHome("away"),
  claim: {
    validIf: RULES.claim.validIf,
    does: `${RULES.claim.does}; the author is its home`,
    apply: (state, { node, record }) => state.applyToRoster({ ...record, node }),
  },
  confirm: atHome("confirm"),
  lapse: {
    validIf: `for each of its seats, at most ${MAX_LAPSES}: ${RULES.lapse.validIf}`,
    does: "as leave, for each of them",
    apply(state, { record: { seats } }) {
      if (seats.length < 1 || seats.length > MAX_LAPSES) return "number of seats";
      return seats.flatMap((seat) => state.applyToRoster({ kind: "lapse", ...seat }));
    },
  },
  yield: atHome("yield"),
  evict: sameFor("evict"),
  rename: atHome("rename"),
  lease: atHome("lease"),
};

/** Any live node may be the author. */
function sameFor<Kind extends "complete" | "evict">(kind: Kind): ClusterRule<Kind> {
  const { validIf, does } = RULES[kind];
  return { validIf, does, apply: (state, { record }) => state.applyToRoster(record) };
}

type HomeKind = Exclude<SeatKind, "complete" | "join" | "withdraw" | "claim" | "lapse" | "evict">;

function atHome<Kind extends HomeKind>(kind: Kind): ClusterRule<Kind> {
  const { validIf, does } = RULES[kind];
  return {
    validIf: `${validIf}; the author is its home`,
    does,
    apply(state, { node, record }) {
      const { ticket, n } = record as ClusterRecordOf<HomeKind>;
      const seat = state.roster.seatOf(ticket);
      // Without the seat, or after a claim, the roster has the reason.
      if (seat?.client.n === n && seat.client.node !== node) return "not at home";
      return state.applyToRoster(record as ClusterRecordOf<HomeKind>);
    },
  };
}
