// A cluster for tests of single records: one state, and nodes that have seen all of the log.

import {
  applyCluster,
  type ClusterConfig,
  type ClusterEffect,
  type ClusterEntry,
  type ClusterRecord,
  type ClusterSnapshot,
  ClusterState,
} from "../../../src/journal/cluster/mod.ts";
import type { RosterSeat } from "../../../src/journal/mod.ts";

export const LOG = "2026-01-01T00:00:00Z";

export const CONFIG: ClusterConfig = {
  version: 1,
  capacity: 3,
  waitingCapacity: 1,
  leaseMaxMs: 5_000,
  fenceBeats: 3,
  rules: 1,
};

export class ClusterScene {
  state = new ClusterState(LOG, "nobody");
  readonly #counters = new Map<string, number>();

  /** @param nodes live from the start */
  constructor(config: Partial<ClusterConfig> = {}, nodes: readonly string[] = ["a", "b", "c"]) {
    this.append(nodes[0]!, { kind: "config", ...CONFIG, ...config });
    for (const node of nodes) this.hello(node);
  }

  hello(node: string): void {
    this.append(node, {
      kind: "hello",
      name: node,
      address: `${node}:6000`,
      version: "0.1.0",
      configHash: "c",
    });
  }

  /** @param changes of the entry */
  append(
    node: string,
    record: ClusterRecord,
    changes: Partial<ClusterEntry> = {},
  ): readonly ClusterEffect<string>[] {
    const counter = this.#counters.get(node) ?? 0;
    this.#counters.set(node, counter + 1);
    const { position } = this.state;
    const entry = { log: LOG, node, counter, pos: position, record, ...changes };
    return applyCluster(this.state, position + 1, entry);
  }

  /** @returns why the record changed nothing; `undefined` when it changed something */
  voidReason(node: string, record: ClusterRecord, changes?: Partial<ClusterEntry>): string | undefined {
    const [effect] = this.append(node, record, changes);
    return effect?.kind === "void" ? effect.reason : undefined;
  }

  join(node: string, id: string, leaseMs = 0): RosterSeat<string> {
    this.append(node, joinOf(id, leaseMs));
    return this.state.roster.seatById(id)!;
  }

  beats(node: string, count: number): void {
    for (let i = 0; i < count; i++) this.append(node, { kind: "beat", chain: "" });
  }

  saved(): ClusterSnapshot {
    return JSON.parse(JSON.stringify(this.state.toSnapshot()));
  }
}

export function joinOf(id: string, leaseMs = 0): ClusterRecord {
  return { kind: "join", id, name: id, ip: "::1", port: 1, since: 0, hash: `hash ${id}`, leaseMs };
}
