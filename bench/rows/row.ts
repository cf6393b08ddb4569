// What a row of the table is: where its values come from, and what has to hold for them.

import type { Peer } from "../servers/peers.ts";

/** Where a value comes from: a field of what one step on one plan measured. */
export interface Source {
  /** A name of `PLANS`. */
  readonly plan: string;
  readonly step: string;
  readonly field: string;
}

/** A value that is worked out from several. */
export interface DerivedSource {
  readonly from: readonly Source[];
  readonly combine: (values: readonly number[]) => number;
}

/** What has to hold: for the value itself, or for its ratio to a peer's. */
export interface Target {
  readonly of: "value" | "redis" | "nats" | "raw";
  readonly atLeast?: number;
  readonly atMost?: number;
}

export interface Row {
  readonly key: string;
  readonly title: string;
  readonly unit: "/s" | "us" | "bytes" | "ms" | "ratio" | "";
  readonly source: Source | DerivedSource;
  /** Where a peer's value comes from when it is another one; `undefined` where a peer has none. */
  readonly peers?: Readonly<Partial<Record<Peer, Source | DerivedSource | undefined>>>;
  readonly target?: Target;
  /** Takes the better part of a minute: left out where it has to be quick. */
  readonly isSlow?: true;
}

/** Rows that make one table. */
export interface RowGroup {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** A group of which the rows take too long where it has to be quick. */
export function slow(rows: readonly Row[]): readonly Row[] {
  return rows.map((row) => ({ ...row, isSlow: true }));
}

/** For rows that only rankserver can have. */
export const NO_PEERS: NonNullable<Row["peers"]> = { redis: undefined, nats: undefined, raw: undefined };

/** The same source for every peer, where rankserver has another one. */
export function everyPeer(source: Source): NonNullable<Row["peers"]> {
  return { redis: source, nats: source, raw: source };
}

export const SIZES = [1, 20, 100, 1_000, 10_000] as const;

const THOUSANDS = new Intl.NumberFormat("en-US");

/** "10,000" */
export function thousands(value: number): string {
  return THOUSANDS.format(value);
}

/** The sources of all fields that a row needs of a peer. */
export function sourcesOf(source: Source | DerivedSource | undefined): readonly Source[] {
  if (source === undefined) return [];
  return "from" in source ? source.from : [source];
}

/** Where `peer`'s value for a row comes from, if it has one. */
export function sourceFor(row: Row, peer: Peer): Source | DerivedSource | undefined {
  return row.peers !== undefined && Object.hasOwn(row.peers, peer) ? row.peers[peer] : row.source;
}
