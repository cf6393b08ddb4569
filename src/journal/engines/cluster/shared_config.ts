// Settings that must be the same on all nodes. The first `config` of a log decides; a node with other settings does not start.

import { CLUSTER_RULES, type ClusterConfig, type ClusterRecord } from "../../cluster/mod.ts";
import { LogFault } from "../nats/mod.ts";
import type { NodeSettings } from "./node_options.ts";

/** A node may be fenced after another one has sent beats for 6 s. */
const FENCE_BEATS = 12;

const KEYS = ["capacity", "waitingCapacity", "leaseMaxMs", "rules"] as const;

/** Void unless the log is new. */
export function firstConfig(settings: NodeSettings): ClusterRecord {
  return { kind: "config", version: 1, ...sharedConfig(settings), fenceBeats: FENCE_BEATS };
}

/** @throws {LogFault} "different", with the key; "recreated", if this node's own `config` went into another log */
export function compareConfig(present: ClusterConfig | undefined, settings: NodeSettings): void {
  if (present === undefined) {
    throw new LogFault("recreated", "The log was created again while this node was starting");
  }
  const own = sharedConfig(settings);
  for (const key of KEYS) {
    if (present[key] === own[key]) continue;
    throw new LogFault("different", `The cluster has ${key} ${present[key]}, but this node has ${own[key]}`, {
      key,
    });
  }
}

/** @throws {LogFault} "different", for rules that this program does not know */
export function checkKnownRules(rules: number): void {
  if (rules <= CLUSTER_RULES) return;
  throw new LogFault("different", `The cluster has rules ${rules}, but this node knows ${CLUSTER_RULES}`, {
    key: "rules",
  });
}

function sharedConfig({ capacity, waitingCapacity, leaseMaxMs }: NodeSettings) {
  return { capacity, waitingCapacity, leaseMaxMs, rules: CLUSTER_RULES };
}
