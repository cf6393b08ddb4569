// What is told of a run: of one executor without any output, and of all of them in numbers.

import { type RunResult, type Status, STATUSES } from "../../protocol/methods/mod.ts";
import type { ExecutorOutcome } from "./executor_outcome.ts";

/** Whether there is nothing to cut, which is so for most. */
export function isPlain({ stdout, stderr, reason, signal }: ExecutorOutcome): boolean {
  return stdout === undefined && stderr === undefined && reason === undefined && signal === undefined;
}

/** Written out: objects that are put together from parts cost more, and there are very many of these. */
export function plainResult(
  { rank, ticket, name }: Pick<RunResult, "rank" | "ticket" | "name">,
  { status, code }: ExecutorOutcome,
): RunResult {
  return code === undefined ? { rank, ticket, name, status } : { rank, ticket, name, status, code };
}

export function countStatuses(statuses: readonly Status[]): Record<Status, number> {
  const counts = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<Status, number>;
  for (const status of statuses) counts[status]++;
  return counts;
}
