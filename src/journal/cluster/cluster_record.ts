// The records of the journal that several servers share. Each is an entry of one log, with its author. What they do is the task
// of apply_cluster.ts.

import type { JournalRecord, Position, SeatClaim } from "../mod.ts";

/** What all nodes must have in common. */
export interface ClusterConfig {
  /** 1 for the first of a log; each one that follows is higher by 1. */
  readonly version: number;
  readonly capacity: number;
  readonly waitingCapacity: number;
  /** The longest lease that a node grants, in ms. */
  readonly leaseMaxMs: number;
  /** A node may be fenced after this many beats of another node without one of its own. */
  readonly fenceBeats: number;
  /** The version of the rules by which records are applied: {@linkcode CLUSTER_RULES}. */
  readonly rules: number;
}

export type ClusterRecord =
  | ({ readonly kind: "config" } & ClusterConfig)
  /**
   * A node is there. `address` is where clients reach it, as HOST:PORT; "": not known. `configHash` is that of its settings
   * that should be the same on all nodes, but need not be.
   */
  | {
    readonly kind: "hello";
    readonly name: string;
    readonly address: string;
    readonly version: string;
    readonly configHash: string;
  }
  /** `chain` is the author's at its `pos`. Never sent again. */
  | { readonly kind: "beat"; readonly chain: string }
  /** The node `of` is silent. */
  | { readonly kind: "fence"; readonly of: string }
  /** The author stops. */
  | { readonly kind: "bye" }
  /** A snapshot of the state at the position `at` was kept. */
  | { readonly kind: "snapped"; readonly at: Position; readonly chain: string }
  /** The time of these seats, at most {@linkcode MAX_LAPSES}, is over. */
  | { readonly kind: "lapse"; readonly seats: readonly SeatClaim[] }
  /** As on a single server. */
  | Exclude<JournalRecord, { readonly kind: "start" | "lapse" }>;

/** What a server appends for its clients, and not for itself. */
export type SharedRecord = Exclude<
  ClusterRecord,
  { readonly kind: "config" | "hello" | "beat" | "fence" | "bye" | "snapped" }
>;

export type ClusterKind = ClusterRecord["kind"];
export type ClusterRecordOf<Kind extends ClusterKind> = Extract<ClusterRecord, { readonly kind: Kind }>;

/** A record as it is in the log. Its position is its sequence there: 1 for the first, then one more each. */
export interface ClusterEntry<Kind extends ClusterKind = ClusterKind> {
  /** The identity of the log that it was made for. */
  readonly log: string;
  /** The author: a new one for each life of a server. */
  readonly node: string;
  /** Of the author's records: higher for each one; the same whenever one is sent again. */
  readonly counter: number;
  /** The last position that the author had applied when it made the record. */
  readonly pos: Position;
  readonly record: ClusterRecordOf<Kind>;
}

/** The rules that this program knows. */
export const CLUSTER_RULES = 1;

export const MAX_LAPSES = 500;

/** Names a record to the log, which may use it to drop one that is sent again. */
export function messageIdOf({ node, counter }: Pick<ClusterEntry, "node" | "counter">): string {
  return `${node}.${counter}`;
}

/**
 * Whether this record shows that the log has lost records: its author had applied its position, or a later one, before it was
 * sent. Also true of a position that the log has given to an own record.
 */
export function hasLostRecords(position: Position, { pos }: Pick<ClusterEntry, "pos">): boolean {
  return pos >= position;
}

export function encodeEntry(entry: ClusterEntry): string {
  return JSON.stringify(entry);
}

/** @throws {Error} for what is no entry: it must not be skipped */
export function decodeEntry(text: string): ClusterEntry {
  let entry: unknown;
  try {
    entry = JSON.parse(text);
  } catch (cause) {
    throw new Error("Cannot read a record of the cluster: it is no JSON", { cause });
  }
  const { log, node, counter, pos, record } = (entry ?? {}) as Record<string, unknown>;
  const isEntry = typeof log === "string" && typeof node === "string" && isNatural(counter) &&
    isNatural(pos) && typeof (record as ClusterRecord | undefined)?.kind === "string";
  if (!isEntry) throw new Error("Cannot read a record of the cluster: it has no author, position or kind");
  return entry as ClusterEntry;
}

/** @throws {Error} for rules that this program may not understand */
export function checkRules(rules: number): void {
  if (rules <= CLUSTER_RULES) return;
  throw new Error(`Cannot apply rules ${rules} of the cluster: this program knows ${CLUSTER_RULES}`);
}

function isNatural(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
