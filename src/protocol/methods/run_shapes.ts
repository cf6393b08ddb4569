// What is said about a run: the command as an executor gets it, its answer, and the results as the issuer gets them.
// Keys that are not known are ignored, since a later version of the protocol may add some.

import type { Id } from "../json_rpc/mod.ts";
import { id } from "./params.ts";
import {
  array,
  boolean,
  choice,
  type Fields,
  integer,
  literal,
  number,
  object,
  optional,
  type Shape,
  shape,
  strictObject,
  string,
} from "./shapes.ts";

const rank = integer(0);
const ticket = integer();
const count = integer(0);

/** How a run may end for one executor. */
export const STATUSES = ["ok", "failed", "refused", "delivered", "timed_out", "lost", "cancelled"] as const;
/** One of {@linkcode STATUSES}. */
export type Status = typeof STATUSES[number];

/** The member that sent a command. */
export interface Issuer {
  /** Its rank when the command was accepted. */
  readonly rank: number;
  /** Its arrival number. */
  readonly ticket: number;
  /** Its name. */
  readonly name: string;
}

/** A command to execute. */
export interface ExecuteParams {
  /** A name on the allow-list. */
  readonly command: string;
  /** Its arguments, by position. */
  readonly args: readonly string[];
  /** The member that sent it. */
  readonly from: Issuer;
  /** The roster's version when the command was accepted. */
  readonly epoch: number;
}

export const executeParamsShape: Shape<ExecuteParams> = object<ExecuteParams>({
  command: string,
  args: array(string),
  from: object<Issuer>({ rank, ticket, name: string }),
  epoch: count,
});

/** How a program ended: stopped by a time limit is `timed_out`, else code 0 is `ok`, and anything else `failed`. */
export interface ProgramResult {
  /** The exit code. */
  code: number;
  /** The signal that ended it, as "SIGTERM". */
  signal?: string | undefined;
  /** What it wrote to standard output. */
  stdout?: string | undefined;
  /** What it wrote to standard error. */
  stderr?: string | undefined;
  /** The executor stopped it, because it ran longer than the executor's own limit. */
  timed_out?: boolean | undefined;
}

const programResultShape = object<ProgramResult>({
  code: integer(),
  signal: optional(string),
  stdout: optional(string),
  stderr: optional(string),
  timed_out: optional(boolean),
});

/** The executor showed or printed the command, and executed nothing. */
export interface DeliveredResult {
  /** In place of an exit code. */
  delivered: true;
  /** Why nothing was executed. */
  reason?: string | undefined;
}

const deliveredResultShape = strictObject<DeliveredResult>({
  delivered: literal(true),
  reason: optional(string),
});

/** An executor's answer to `execute`. */
export type ExecuteResult = ProgramResult | DeliveredResult;

/** Strict about a delivery: an answer that also has a code says two different things. */
export const executeResultShape: Shape<ExecuteResult> = shape(
  () => {
    const program = { ...programResultShape.schema(), not: { required: ["delivered"] } };
    return { anyOf: [program, deliveredResultShape.schema()] };
  },
  (value) =>
    typeof value === "object" && value !== null && Object.hasOwn(value, "delivered")
      ? deliveredResultShape(value)
      : programResultShape(value),
);

/** The notification `cancel` to an executor: the answer to the `execute` with that id is not wanted any more. */
export interface CancelNote {
  readonly id: Id;
}

export const cancelNoteShape: Shape<CancelNote> = object<CancelNote>({ id });

/** One executor's part of a run. */
export interface RunResult {
  /** The executor's rank when the command was accepted. */
  rank: number;
  /** Its arrival number. */
  ticket: number;
  /** Its name. */
  name: string;
  /** How the run ended for it. */
  status: Status;
  /** The exit code, where there is one. */
  code?: number | undefined;
  /** The signal that ended the program. */
  signal?: string | undefined;
  /** What it wrote to standard output. */
  stdout?: string | undefined;
  /** What it wrote to standard error. */
  stderr?: string | undefined;
  /** Why there is no exit code. */
  reason?: string | undefined;
  /** The server kept less output than the executor sent. */
  cut?: boolean | undefined;
}

const RUN_RESULT: Fields<RunResult> = {
  rank,
  ticket,
  name: string,
  status: choice(STATUSES),
  code: optional(number),
  signal: optional(string),
  stdout: optional(string),
  stderr: optional(string),
  reason: optional(string),
  cut: optional(boolean),
};

export const runResultShape: Shape<RunResult> = object<RunResult>(RUN_RESULT);

/** `result`: one executor's part, as it comes in. */
export interface ResultNote extends RunResult {
  /** The id of the issuer's own request. */
  run: Id;
}

export const resultNoteShape: Shape<ResultNote> = object<ResultNote>({ run: id, ...RUN_RESULT });

/** How many executors a run had, and how many of them ended how: these add up to `executors`. */
export type RunCounts = Record<"executors" | Status, number>;

/** The answer to `run`. */
export interface RunSummary extends RunCounts {
  /** One for each executor, or for those that the `results` of the request asked for. */
  results: RunResult[];
}

export const runSummaryShape: Shape<RunSummary> = object<RunSummary>({
  executors: count,
  ok: count,
  failed: count,
  refused: count,
  delivered: count,
  timed_out: count,
  lost: count,
  cancelled: count,
  results: array(runResultShape),
});

/** What would become of a command for one target of it. */
export interface DryRunTarget {
  /** The rank that was named, or that the target has; absent where no single member has the named ticket or name. */
  rank?: number | undefined;
  /** The ticket that was named, or that the target has. */
  ticket?: number | undefined;
  /** The name that was given, or that the target has. */
  name?: string | undefined;
  /** Whether the command would be sent to it. */
  would_run: boolean;
  /** The word of the rule that refuses, where one does. */
  reason?: string | undefined;
  /** The sentence of that rule. */
  message?: string | undefined;
}

/** The answer to `run` with `dry_run`: what would become of each target; nothing was sent. */
export interface DryRunSummary {
  /** Nothing was sent. */
  dry_run: true;
  /** Whether the run as a whole would be accepted: one refused target rejects all of it. */
  accepted: boolean;
  /** How many would execute it. */
  executors: number;
  /** One for each target. */
  results: DryRunTarget[];
  /** The word of the rule that would refuse the run as a whole. */
  reason?: string | undefined;
  /** The sentence of that rule. */
  message?: string | undefined;
}

export const dryRunSummaryShape: Shape<DryRunSummary> = object<DryRunSummary>({
  dry_run: literal(true),
  accepted: boolean,
  executors: count,
  results: array(object<DryRunTarget>({
    rank: optional(rank),
    ticket: optional(ticket),
    name: optional(string),
    would_run: boolean,
    reason: optional(string),
    message: optional(string),
  })),
  reason: optional(string),
  message: optional(string),
});
