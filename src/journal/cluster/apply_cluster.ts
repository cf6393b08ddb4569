// What each record of a cluster does to the state, as one table (docs/cluster-rules.md): pure, so that all nodes that apply the same log come to the
// same state.

import type { Position } from "../mod.ts";
import type { ClusterEffect, ClusterOutcome } from "./cluster_effect.ts";
import { type ClusterEntry, type ClusterKind, hasLostRecords, messageIdOf } from "./cluster_record.ts";
import type { ClusterRule } from "./cluster_rule.ts";
import type { ClusterState } from "./cluster_state.ts";
import { NODE_RULES } from "./node_rules.ts";
import { SEAT_RULES } from "./seat_rules.ts";

export const RULES_OF_CLUSTER: { readonly [Kind in ClusterKind]: ClusterRule<Kind> } = {
  ...NODE_RULES,
  ...SEAT_RULES,
};

/**
 * Applies the next record of the log. @returns what came of it; a record that is not valid changes nothing but the chain
 *
 * @param position its sequence in the log
 * @throws {Error} for an unknown record, later rules, or a position that is not the next one: no record may be skipped, and
 * none applied twice. The node must stop
 */
export function applyCluster<Member>(
  state: ClusterState<Member>,
  position: Position,
  entry: ClusterEntry,
): readonly ClusterEffect<Member>[] {
  const { kind } = entry.record;
  if (!Object.hasOwn(RULES_OF_CLUSTER, kind)) {
    throw new Error(`Cannot apply a record of the kind "${kind}" in a cluster`);
  }
  if (position !== state.position + 1) {
    throw new Error(`Cannot apply the record at ${position}: the state is at ${state.position}`);
  }
  const outcome = applyRule(state, position, entry);
  const effects: readonly ClusterEffect<Member>[] = typeof outcome === "string"
    ? [{ kind: "void", reason: outcome }]
    : outcome;
  const admitted = state.admit();
  advance(state, position, entry, effects);
  return admitted.length === 0 ? effects : [...effects, ...admitted as ClusterEffect<Member>[]];
}

function applyRule<Member>(
  state: ClusterState<Member>,
  position: Position,
  entry: ClusterEntry,
): ClusterOutcome<Member> {
  const { log, nodes, roster } = state;
  if (entry.log !== log) return "of another log";
  if (hasLostRecords(position, entry)) {
    // The lost ones may have contained leases.
    roster.complete(false);
    return "records were lost";
  }
  const rule = RULES_OF_CLUSTER[entry.record.kind] as ClusterRule<ClusterKind>;
  if (nodes.isGone(entry.node)) return "author not live";
  if (rule.isOfAnyNode) return rule.apply(state, entry);
  if (!nodes.isLive(entry.node)) return "author not live";
  return nodes.take(entry) ? rule.apply(state, entry) : "repeated";
}

/** The chain depends on the record, what came of it, and the sizes of the state. */
function advance<Member>(
  state: ClusterState<Member>,
  position: Position,
  entry: ClusterEntry,
  effects: readonly ClusterEffect<Member>[],
): void {
  const { nodes, roster } = state;
  const [first] = effects;
  const outcome = first?.kind === "void" ? first.reason : first?.kind;
  state.advance(
    `${position} ${entry.record.kind} ${messageIdOf(entry)} ${effects.length} ${outcome} ` +
      `${nodes.size} ${roster.size} ${roster.waiting.size} ${roster.epoch};`,
  );
}
