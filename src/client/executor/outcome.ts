// How a command ended on this machine, and its two forms: the answer to the server, and the event that this client
// reports.

import { ErrorCode, type Id } from "../../protocol/json_rpc/mod.ts";
import type { ProgramResult } from "../../protocol/methods/mod.ts";
import type { Execution } from "../session/mod.ts";
import { encodeAnswer, type ExecuteAnswer } from "../connection/mod.ts";
import { fitsBytes } from "../../words/mod.ts";

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

/** The line in which an answer is sent. */
export interface AnswerLine {
  readonly id: Id;
  readonly maxBytes: number;
}

/** The answer to the server: text is cut until it fits the line. */
export function toAnswer(outcome: Outcome, line: AnswerLine): ExecuteAnswer {
  switch (outcome.kind) {
    case "ended": {
      const { stdout, stderr, ...rest } = outcome.result;
      return fit({ stdout, stderr }, line, (texts) => ({ kind: "result", result: { ...rest, ...texts } }));
    }
    case "delivered":
      return fit({ reason: outcome.reason }, line, (texts) => ({
        kind: "result",
        result: { delivered: true, ...texts },
      }));
    case "refused":
      return fit({ message: outcome.reason }, line, ({ message = "" }) => {
        const data = { reason: "not_allowed", rule: outcome.rule };
        return { kind: "error", error: { code: ErrorCode.not_allowed, message, data } };
      });
    case "failed":
      return fit({ message: outcome.reason }, line, toFailure);
    case "dropped":
      return toFailure({ message: DROPPED[outcome.reason] });
  }
}

/** What this client reports. */
export function toExecution(outcome: Outcome): Execution {
  switch (outcome.kind) {
    case "ended": {
      const { result: { timed_out: isTimedOut, ...result }, stopped } = outcome;
      const status = isTimedOut ? "timed_out" : stopped ?? (result.code === 0 ? "ok" : "failed");
      return { status, ...result };
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

function toFailure({ message = "" }: { readonly message?: string | undefined }): ExecuteAnswer {
  return { kind: "error", error: { code: ErrorCode.unavailable, message, data: { reason: "unavailable" } } };
}

const CUT_MARK = "\n[truncated to fit the answer]\n";

/** Halves the longest text until the answer fits. JSON writes some characters as six, so no length is known before. */
function fit<Name extends string>(
  texts: { readonly [N in Name]?: string | undefined },
  { id, maxBytes }: AnswerLine,
  build: (texts: { readonly [N in Name]?: string | undefined }) => ExecuteAnswer,
): ExecuteAnswer {
  let fitted = texts;
  for (;;) {
    const answer = build(fitted);
    if (fitsBytes(encodeAnswer(id, answer), maxBytes)) return answer;
    const [name, text] = longestOf(fitted);
    const kept = text.endsWith(CUT_MARK) ? text.slice(0, -CUT_MARK.length) : text;
    // No server has so short a line.
    if (kept === "") return answer;
    fitted = { ...fitted, [name]: kept.slice(0, kept.length >> 1).toWellFormed() + CUT_MARK };
  }
}

/** The last of those that are equally long. */
function longestOf<Name extends string>(
  texts: { readonly [N in Name]?: string | undefined },
): [Name, string] {
  let longest: [Name, string] | undefined;
  for (const name in texts) {
    const text = texts[name] ?? "";
    if (longest === undefined || text.length >= longest[1].length) longest = [name, text];
  }
  return longest!;
}
