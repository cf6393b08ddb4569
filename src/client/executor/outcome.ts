// How a command ended on this machine, and its two forms: the answer to the server, and the event that this client
// reports.

import { encodeResult, ErrorCode } from "../../protocol/json_rpc/mod.ts";
import type { ProgramResult } from "../../protocol/methods/mod.ts";
import type { Execution } from "../session/mod.ts";
import type { ExecuteAnswer } from "../connection/mod.ts";

/** Why a program was stopped before it ended by itself. */
export type StopReason = "timed_out" | "cancelled" | "lost";

/** How a command ended, by `kind`. */
export type Outcome =
  /** It has an exit code. `stopped`: it has that only because this client stopped it. */
  | {
    readonly kind: "ended";
    readonly result: ProgramResult;
    readonly stopped?: StopReason | undefined;
  }
  /** It was only shown: nothing was executed. */
  | { readonly kind: "delivered"; readonly reason?: string | undefined }
  /** This client's own rules forbid it; `rule` is the word of the configuration file. */
  | { readonly kind: "refused"; readonly reason: string; readonly rule?: string | undefined }
  /** It could not be carried out. */
  | { readonly kind: "failed"; readonly reason: string }
  /** It was stopped before it began. */
  | { readonly kind: "dropped"; readonly reason: StopReason };

/** The answer to the server, of at most `maxBytes`: output is cut until it fits. */
export function toAnswer(outcome: Outcome, maxBytes: number): ExecuteAnswer {
  switch (outcome.kind) {
    case "ended":
      return { kind: "result", result: fit(outcome.result, maxBytes) };
    case "delivered":
      return { kind: "result", result: { delivered: true, reason: outcome.reason } };
    case "refused": {
      const { reason, rule } = outcome;
      const data = { reason: "not_allowed", rule };
      return { kind: "error", error: { code: ErrorCode.not_allowed, message: reason, data } };
    }
    case "failed":
      return failed(outcome.reason);
    case "dropped":
      return failed(DROPPED[outcome.reason]);
  }
}

/** What this client reports. */
export function toExecution(outcome: Outcome): Execution {
  switch (outcome.kind) {
    case "ended": {
      const { result, stopped } = outcome;
      return { status: stopped ?? (result.code === 0 ? "ok" : "failed"), ...result };
    }
    case "delivered":
    case "refused":
    case "failed":
      return { status: outcome.kind, reason: outcome.reason };
    case "dropped":
      return { status: outcome.reason, reason: DROPPED[outcome.reason] };
  }
}

const DROPPED: Readonly<Record<StopReason, string>> = {
  timed_out: "timed out before it was started",
  cancelled: "cancelled before it was started",
  lost: "not started: this client is leaving, or has lost its connection",
};

function failed(reason: string): ExecuteAnswer {
  return {
    kind: "error",
    error: { code: ErrorCode.unavailable, message: reason, data: { reason: "unavailable" } },
  };
}

const CUT_MARK = "\n[cut to fit the answer]\n";

/** JSON writes some characters as six, so what fits an output's limit need not fit a line. */
function fit(result: ProgramResult, maxBytes: number): ProgramResult {
  let { stdout, stderr } = result;
  for (;;) {
    const fitted = { ...result };
    if (stdout !== undefined) fitted.stdout = stdout;
    if (stderr !== undefined) fitted.stderr = stderr;
    const line = encodeResult(null, fitted);
    // Most answers are far too short to be measured.
    if (line.length * 3 <= maxBytes || new TextEncoder().encode(line).length <= maxBytes) return fitted;
    if ((stdout?.length ?? 0) >= (stderr?.length ?? 0)) stdout = halve(stdout);
    else stderr = halve(stderr);
  }
}

function halve(text = ""): string {
  const kept = text.endsWith(CUT_MARK) ? text.slice(0, -CUT_MARK.length) : text;
  return kept.slice(0, kept.length >> 1).toWellFormed() + CUT_MARK;
}
