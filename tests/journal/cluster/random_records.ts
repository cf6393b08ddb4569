// A record of a node, as it might make it from what it knows.

import type { ClusterKind, ClusterRecord, ClusterState } from "../../../src/journal/cluster/mod.ts";

export interface RecordStep {
  readonly kind: ClusterKind;
  /** Picks a seat, a client or a node. */
  readonly who: number;
  readonly value: number;
}

/** As often as they are to come. */
export const KINDS: readonly RecordStep["kind"][] = [
  ...new Array(9).fill("join"),
  ...new Array(8).fill("beat"),
  ...new Array(5).fill("confirm"),
  ...[
    "withdraw",
    "config",
    "hello",
    "fence",
    "fence",
    "bye",
    "snapped",
    "complete",
    "withdraw",
    "spoke",
    "leave",
  ] as const,
  ...["away", "away", "away", "claim", "claim", "claim", "lapse", "lapse"] as const,
  ...["yield", "evict", "rename", "lease"] as const,
];

export function makeRecord(
  { roster, nodes, config, position }: ClusterState<undefined>,
  node: string,
  { kind, who, value }: RecordStep,
): ClusterRecord {
  const own = roster.seats.filter(({ client }) => client.node === node);
  const seats = value === 0 || own.length === 0 ? roster.seats : own;
  const seat = seats[who % Math.max(1, seats.length)];
  const claim = { ticket: seat?.ticket ?? who, n: seat?.client.n ?? value };
  const fresh = `${node} ${position} ${who}`;
  switch (kind) {
    case "config":
      return {
        kind,
        version: (config?.version ?? 0) + (value === 3 ? 2 : 1),
        capacity: 1 + (who % 6),
        waitingCapacity: value + 1,
        leaseMaxMs: 1_000 * (who % 7),
        fenceBeats: 1 + (who % 3),
        rules: value === 2 ? 0 : 1,
      };
    case "hello":
      return { kind, name: node, address: `${node}:6000`, version: "0.1.0", configHash: "c" };
    case "beat":
      return { kind, chain: "not compared here" };
    case "fence":
      return { kind, of: nodes.ids[who % (nodes.size + 1)] ?? "nobody" };
    case "bye":
      return { kind };
    case "snapped":
      return { kind, at: position - 3 + value * 3, chain: "c" };
    case "complete":
      return { kind };
    case "lapse": {
      const away = roster.seats.filter(({ client }) => client.isAway);
      const some = value === 0 ? roster.seats : away.slice(0, who % 4);
      return { kind, seats: some.map(({ ticket, client: { n } }) => ({ ticket, n })) };
    }
    case "join": {
      const id = value === 0 ? `${who % 4}` : fresh;
      const hash = who % 4 === 0 ? undefined : `hash ${id}`;
      const at = { ip: "127.0.0.1", port: who, since: value };
      return { kind, id, name: `client ${id}`, ...at, hash, leaseMs: value * 100 };
    }
    case "withdraw": {
      const all = [...roster.waiting.values()];
      const mine = all.filter((client) => client.node === node);
      const some = value === 0 ? all : mine;
      return { kind, id: some[who % (some.length + 1)]?.id ?? "nobody" };
    }
    case "confirm": {
      // At random it would hardly ever find one of the few seats that were claimed.
      const claimed = own.filter(({ client }) => client.usedHash !== undefined);
      const one = value === 0 ? undefined : claimed[who % Math.max(1, claimed.length)];
      return one === undefined ? { kind, ...claim } : { kind, ticket: one.ticket, n: one.client.n };
    }
    case "spoke":
      return { kind, ...claim, isProgram: value > 0 };
    case "claim": {
      const target = roster.seats[who % Math.max(1, roster.size)];
      const { hash: current, usedHash } = target?.client ?? {};
      const presented = [current, current, usedHash, "wrong"][(who >> 3) % 4] ?? "none";
      const hash = value === 1 ? undefined : `next ${fresh}`;
      const id = value === 0 ? `${who % 4}` : fresh;
      return { kind, ticket: target?.ticket ?? who, n: target?.client.n ?? 0, id, presented, hash };
    }
    case "yield":
      return { kind, ...claim, hash: value === 0 ? undefined : `moved ${fresh}` };
    case "rename":
      return { kind, ...claim, name: `name ${value}` };
    case "lease":
      return { kind, ...claim, leaseMs: value * 100, hash: value === 0 ? undefined : `leased ${fresh}` };
    default:
      return { kind, ...claim };
  }
}
