// What is reported of a run: the result of one executor, cut to the limits, and the counts of all statuses.

import { type ResultChoice, type RunResult, type Status, STATUSES } from "../../protocol/methods/mod.ts";
import { clientRef, type LoggedOutcome } from "../../log/mod.ts";
import type { ExecutorOutcome } from "./executor_outcome.ts";
import type { Run } from "./run.ts";
import { truncateToBytes, truncateToJsonBytes } from "./truncate.ts";

export interface OutputLimits {
  /** Of one output (stdout or stderr) of one executor. */
  readonly outputBytes: number;
  /** Of all outputs in the response to one run. */
  readonly runOutputBytes: number;
  /** Of all outputs of all runs in flight. */
  readonly runsOutputBytes: number;
}

/** The executor that a result is about; the rank is the one it had when the run began. */
export type ResultSource = Pick<RunResult, "rank" | "ticket" | "name">;

/** A run, as far as its output is concerned. */
export interface OutputHolder {
  /** Bytes of output kept so far, as encoded in the response. */
  keptBytes: number;
}

const MAX_REASON_BYTES = 200;
const MAX_SIGNAL_BYTES = 32;
/** Executors of one run that the log names because they did not do what was asked. */
const MAX_NAMED = 10;

/** Makes results, and limits the output that is kept for all runs in flight. */
export class RunResults {
  readonly #limits: OutputLimits;
  #keptBytes = 0;

  constructor(limits: OutputLimits) {
    this.#limits = limits;
  }

  /** The result of one executor, with as much output as the limits allow. */
  make(run: OutputHolder, source: ResultSource, outcome: ExecutorOutcome): RunResult {
    const { status, code, stdout, stderr, reason, signal } = outcome;
    const { rank, ticket, name } = source;
    // Most results have no text. Spelled out because spreading objects is slower, and there are very many results.
    if (stdout === undefined && stderr === undefined && reason === undefined && signal === undefined) {
      return code === undefined ? { rank, ticket, name, status } : { rank, ticket, name, status, code };
    }
    const out = this.#keep(run, stdout);
    const err = this.#keep(run, stderr);
    return {
      rank,
      ticket,
      name,
      status,
      code,
      stdout: out.text,
      stderr: err.text,
      signal: truncateToBytes(signal, MAX_SIGNAL_BYTES).text,
      reason: truncateToBytes(reason, MAX_REASON_BYTES).text,
      cut: outcome.cut || out.isCut || err.isCut || undefined,
    };
  }

  /** The run has ended and its output is not kept any longer. */
  release({ keptBytes }: OutputHolder): void {
    this.#keptBytes -= keptBytes;
  }

  #keep(run: OutputHolder, output: string | undefined): { text: string | undefined; isCut: boolean } {
    const { outputBytes, runOutputBytes, runsOutputBytes } = this.#limits;
    const own = truncateToBytes(output, outputBytes);
    const room = Math.min(runOutputBytes - run.keptBytes, runsOutputBytes - this.#keptBytes);
    const kept = truncateToJsonBytes(own.text, room);
    run.keptBytes += kept.bytes;
    this.#keptBytes += kept.bytes;
    return { text: kept.text, isCut: own.isCut || kept.isCut };
  }
}

/** The outcome without more text than a result may have, for another server. @param outputBytes as in the limits */
export function cutOutcome(outcome: ExecutorOutcome, outputBytes: number): ExecutorOutcome {
  const { stdout, stderr, reason, signal } = outcome;
  if (stdout === undefined && stderr === undefined && reason === undefined && signal === undefined) {
    return outcome;
  }
  const out = truncateToBytes(stdout, outputBytes);
  const err = truncateToBytes(stderr, outputBytes);
  return {
    ...outcome,
    stdout: out.text,
    stderr: err.text,
    signal: truncateToBytes(signal, MAX_SIGNAL_BYTES).text,
    reason: truncateToBytes(reason, MAX_REASON_BYTES).text,
    cut: out.isCut || err.isCut || undefined,
  };
}

export function countStatuses(statuses: readonly Status[]): Record<Status, number> {
  const counts = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<Status, number>;
  for (const status of statuses) counts[status]++;
  return counts;
}

/** Whether an issuer that chose `choice` is sent the result of an executor with that status. */
export function isWanted(choice: ResultChoice, status: Status): boolean {
  switch (choice) {
    case "all":
      return true;
    case "not_ok":
      return status !== "ok";
    case "none":
      return false;
  }
}

/** The executors that the log names. */
export function firstNotOk({ executors, ranks, statuses }: Run): LoggedOutcome[] {
  const named: LoggedOutcome[] = [];
  for (let i = 0; i < statuses.length && named.length < MAX_NAMED; i++) {
    const status = statuses[i]!;
    if (status === "ok" || status === "delivered") continue;
    const { name } = clientRef(executors[i]!.member);
    named.push({ rank: ranks[i]!, name, status });
  }
  return named;
}
