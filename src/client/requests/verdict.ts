// The outcome of a request in one word; the command line turns it into its exit code.

import type { DryRunSummary, RunSummary } from "../../protocol/methods/mod.ts";
import type { RequestError } from "../session/mod.ts";

/** From the best to the gravest. */
export const VERDICTS = [
  "ok",
  /** Some were only shown or printed, which is not executed; all others were ok. */
  "delivered",
  /** A client under --lead, asked for its status, does not lead. */
  "following",
  /** Some failed, timed out, were lost or cancelled. */
  "failed",
  /** The input cannot be understood. */
  "usage",
  /** The server rejected it, or an executor's own rules did. */
  "refused",
  /** There was no connection, or it was lost for good. */
  "lost",
  /** The server wants a token, or another one. */
  "unauthenticated",
] as const;

export type Verdict = typeof VERDICTS[number];

/** The graver of two. */
export function graver(one: Verdict, other: Verdict): Verdict {
  return VERDICTS.indexOf(one) >= VERDICTS.indexOf(other) ? one : other;
}

export function verdictOfSummary(summary: RunSummary | DryRunSummary): Verdict {
  if ("dry_run" in summary) return summary.accepted ? "ok" : "refused";
  if (summary.refused > 0) return "refused";
  if (summary.ok + summary.delivered < summary.executors) return "failed";
  return summary.delivered > 0 ? "delivered" : "ok";
}

export function verdictOfError(error: RequestError): Verdict {
  switch (error.reason) {
    case "unavailable":
      return "lost";
    case "internal_error":
      return "failed";
    default:
      return "refused";
  }
}
