// What the server reads: the params of every method, and an executor's answer. Strict, where a client's reading is
// lenient: a misspelt "dry_run" must not be a run.

import type { Id } from "../json_rpc/mod.ts";
import {
  Fault,
  list,
  mistaken,
  oneOf,
  optional,
  type ReadResult,
  readShape,
  record,
  type Shape,
  text,
  truth,
  whole,
  withDefault,
} from "./shapes.ts";

export { readShape } from "./shapes.ts";

const rank = whole(0);

const id: Shape<Id> = (value) =>
  value === null || typeof value === "string" || typeof value === "number"
    ? value
    : mistaken("(string | number | null)", value);

export interface HelloParams {
  readonly name?: string;
  /** Lets the client in where tokens are asked for. */
  readonly token?: string;
  /** The token of an earlier `welcome`: takes back the seat that it is for. */
  readonly resume?: string;
  /**
   * Asks the server not to give the seat to anybody else before so many ms have passed since it last heard from this
   * client, unless the client says `leave`. The one promise on which a program under `--lead` relies.
   */
  readonly lease_ms?: number;
}

export const HelloParams: Shape<HelloParams> = record<HelloParams>({
  name: optional(text),
  token: optional(text),
  resume: optional(text),
  lease_ms: optional(whole(1)),
}, true);

/** Gives up the sender's own seat at once and ends its connection; with a token, gives up the seat that it is for. */
export interface LeaveParams {
  readonly resume?: string;
}

export const LeaveParams: Shape<LeaveParams> = record<LeaveParams>({ resume: optional(text) }, true);

export interface RunParams {
  command: string;
  args: string[];
  /** Ranks; absent: everybody below the issuer. */
  to?: number[];
  timeout_ms?: number;
  dry_run: boolean;
}

const someRanks: Shape<number[]> = (value) => {
  const ranks = list(rank)(value);
  return ranks instanceof Fault || ranks.length > 0
    ? ranks
    : new Fault("names nobody; without it, everybody below is meant");
};

export const RunParams: Shape<RunParams> = record<RunParams>({
  command: text,
  args: withDefault(list(text), []),
  to: optional(someRanks),
  timeout_ms: optional(whole(1)),
  dry_run: withDefault(truth, false),
}, true);

export interface CancelParams {
  readonly run: Id;
}

export const CancelParams: Shape<CancelParams> = record<CancelParams>({ run: id }, true);

export interface WatchParams {
  readonly on: boolean;
}

export const WatchParams: Shape<WatchParams> = record<WatchParams>({ on: truth }, true);

/** Whom an operator evicts: just one of these. */
export type EvictParams = { readonly rank: number } | { readonly ticket: number } | { readonly name: string };

export const EvictParams: Shape<EvictParams> = oneOf<EvictParams>([
  record<{ readonly rank: number }>({ rank }, true),
  record<{ readonly ticket: number }>({ ticket: whole() }, true),
  record<{ readonly name: string }>({ name: text }, true),
], "name whom by just one of rank, ticket and name");

/** An executor's answer to `execute`: code 0 is `ok`, anything else `failed`. */
export interface ExecuteResult {
  code: number;
  signal?: string;
  stdout?: string;
  stderr?: string;
}

export const ExecuteResult: Shape<ExecuteResult> = record<ExecuteResult>({
  code: whole(),
  signal: optional(text),
  stdout: optional(text),
  stderr: optional(text),
}, false);

/**
 * Reads the params of `run`. Does by hand what {@linkcode RunParams} says, because this stands in the way of every
 * command; the shape gives the message when something is wrong.
 */
export function readRunParams(params: unknown): ReadResult<RunParams> {
  const { command, args } = (params ?? {}) as Record<string, unknown>;
  const isPlain = typeof command === "string" && (args === undefined || isStrings(args)) &&
    Object.keys(params as object).length === (args === undefined ? 1 : 2);
  if (isPlain) return { ok: true, value: { command, args: args ?? [], dry_run: false } };
  return readShape(RunParams, params);
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
