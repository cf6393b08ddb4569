// The params of the client's methods and of the operator's. Strict, where a client's reading is lenient: a misspelt
// "dry_run" must not be a run.

import type { Id } from "../json_rpc/mod.ts";
import {
  array,
  boolean,
  choice,
  integer,
  oneOf,
  optional,
  type Shape,
  shape,
  ShapeError,
  strictObject,
  string,
  typeError,
  withDefault,
} from "./shapes.ts";

const rank = integer(0);

/** The id of a request, where params name one. */
export const id: Shape<Id> = shape(
  () => ({ type: ["string", "number", "null"] }),
  (value) =>
    value === null || typeof value === "string" || typeof value === "number"
      ? value
      : typeError("a string, a number or null", value),
);

export interface HelloParams {
  readonly name?: string | undefined;
  /** Authenticates the client where tokens are asked for. */
  readonly token?: string | undefined;
  /** The token of an earlier `welcome`: takes back the seat that it is for. */
  readonly resume?: string | undefined;
  /**
   * Asks the server not to give the seat to another client before so many ms have passed since it last heard from this
   * one, unless the client says `leave`. The one promise on which a program under `--lead` relies.
   */
  readonly lease_ms?: number | undefined;
}

export const helloParamsShape: Shape<HelloParams> = strictObject<HelloParams>({
  name: optional(string),
  token: optional(string),
  resume: optional(string),
  lease_ms: optional(integer(1)),
});

const emptyShape = strictObject<Record<never, never>>({});

/** Of a method without params: a member that it does not know may ask for something else than is done. */
export const noParamsShape: Shape<undefined> = shape(emptyShape.schema, (value) => {
  const read = emptyShape(value);
  return read instanceof ShapeError ? read : undefined;
});

/** Releases the sender's own seat and ends its connection; with a token, releases the seat that it is for. */
export interface LeaveParams {
  readonly resume?: string | undefined;
}

export const leaveParamsShape: Shape<LeaveParams> = strictObject<LeaveParams>({ resume: optional(string) });

/** The executors of a command: all that these name together; without any of them, every client below the issuer. */
export interface Targets {
  /** Ranks, as they are when the command arrives. */
  readonly to?: readonly number[] | undefined;
  /** Arrival numbers, which never change. */
  readonly to_tickets?: readonly number[] | undefined;
  /** Names, each of just one client below the issuer. */
  readonly to_names?: readonly string[] | undefined;
  /** This rank and all below it. */
  readonly from_rank?: number | undefined;
}

/** Which executors' results an issuer is sent, one by one and in the answer; the answer counts all of them. */
export const RESULT_CHOICES = ["all", "not_ok", "none"] as const;
export type ResultChoice = typeof RESULT_CHOICES[number];

/** A `run` as it was read: what may be left out has its default. */
export interface RunParams extends Targets {
  command: string;
  args: string[];
  timeout_ms?: number | undefined;
  results: ResultChoice;
  dry_run: boolean;
}

/** A `run` as it is sent. */
export interface RunRequest extends Targets {
  readonly command: string;
  readonly args?: readonly string[] | undefined;
  readonly timeout_ms?: number | undefined;
  readonly results?: ResultChoice | undefined;
  readonly dry_run?: boolean | undefined;
}

/** A list of at least one. */
function some<Item>(item: Shape<Item>): Shape<Item[]> {
  const items = array(item);
  return shape(() => ({ ...items.schema(), minItems: 1 }), (value) => {
    const read = items(value);
    return read instanceof ShapeError || read.length > 0
      ? read
      : new ShapeError("must not be empty; omit it to address every client below");
  });
}

/** All that {@linkcode runParamsShape} takes; names what is wrong with the rest. */
export const anyRunParamsShape: Shape<RunParams> = strictObject<RunParams>({
  command: string,
  args: withDefault(array(string), []),
  to: optional(some(rank)),
  to_tickets: optional(some(integer())),
  to_names: optional(some(string)),
  from_rank: optional(rank),
  timeout_ms: optional(integer(1)),
  results: withDefault(choice(RESULT_CHOICES), "all"),
  dry_run: withDefault(boolean, false),
});

/** Reads a command with nothing but arguments by hand, because every command that is sent comes through here. */
export const runParamsShape: Shape<RunParams> = shape(anyRunParamsShape.schema, (value) => {
  const { command, args } = (value ?? {}) as Record<string, unknown>;
  const isPlain = typeof command === "string" && (args === undefined || isStrings(args)) &&
    Object.keys(value as object).length === (args === undefined ? 1 : 2);
  return isPlain ? { command, args: args ?? [], results: "all", dry_run: false } : anyRunParamsShape(value);
});

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

export interface CancelParams {
  /** The id of the issuer's own request. */
  readonly run: Id;
}

export const cancelParamsShape: Shape<CancelParams> = strictObject<CancelParams>({ run: id });

export interface WatchParams {
  readonly on: boolean;
}

export const watchParamsShape: Shape<WatchParams> = strictObject<WatchParams>({ on: boolean });

/** The member to evict or to raise: just one of these. */
export type EvictParams = { readonly rank: number } | { readonly ticket: number } | { readonly name: string };

export const evictParamsShape: Shape<EvictParams> = oneOf<EvictParams>([
  strictObject<{ readonly rank: number }>({ rank }),
  strictObject<{ readonly ticket: number }>({ ticket: integer() }),
  strictObject<{ readonly name: string }>({ name: string }),
], 'must have exactly one of "rank", "ticket" and "name"');
