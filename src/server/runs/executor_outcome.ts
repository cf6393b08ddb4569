// How one executor ended its part of a run, read from its answer to `execute`.

import { ErrorCode, type Message } from "../../protocol/json_rpc/mod.ts";
import { type ProgramResult, readShape, SERVER_REQUESTS, type Status } from "../../protocol/methods/mod.ts";

/** The outcome before it is cut to the limits. */
export type ExecutorOutcome =
  & {
    readonly status: Status;
    readonly reason?: string | undefined;
    /** Its own server has cut the output already. */
    readonly cut?: boolean | undefined;
  }
  & Partial<Omit<ProgramResult, "timed_out">>;

/** Reads an executor's answer to `execute`. */
export function outcomeOf(answer: Message & { kind: "result" | "error" | "bad_response" }): ExecutorOutcome {
  if (answer.kind === "bad_response") return { status: "failed", reason: unreadable(answer.why) };
  if (answer.kind === "error") {
    const status = answer.error.code === ErrorCode.not_allowed ? "refused" : "failed";
    return { status, reason: answer.error.message };
  }
  const read = readShape(SERVER_REQUESTS.execute.result, answer.result);
  if (!read.ok) return { status: "failed", reason: unreadable(read.message) };
  const result = read.value;
  if ("delivered" in result) return { status: "delivered", reason: result.reason };
  const { timed_out: isTimedOut, ...ended } = result;
  return { status: isTimedOut ? "timed_out" : result.code === 0 ? "ok" : "failed", ...ended };
}

function unreadable(why: string): string {
  return `Invalid response: ${why}`;
}
