// One run: what was asked for, and what is known of its executors so far.

import type { Id } from "../../protocol/json_rpc/mod.ts";
import type { ResultChoice, RunCounts, RunResult, Status } from "../../protocol/methods/mod.ts";
import type { AuditMember, Position } from "../../journal/mod.ts";
import { indexOfTicket, type Seat } from "../../ranks/mod.ts";
import type { Member, SeatedMember } from "../connection/mod.ts";

/** The sender of a command when it was accepted: its rank may change before the command is recorded. */
export interface SentFrom {
  readonly by: AuditMember;
  readonly position: Position;
}

/** A run that passed all checks. */
export interface RunRequest {
  readonly issuer: Seat<Member>;
  /** The id of the issuer's request, which it uses to cancel the run. */
  readonly key: Id;
  readonly command: string;
  readonly args: readonly string[];
  /** In rank order. */
  readonly executors: readonly Seat<Member>[];
  readonly timeoutMs: number;
  readonly results: ResultChoice;
  /** Called when the status of an executor becomes known that `results` asks for; `index` is its position in `executors`. */
  readonly onResult: (result: RunResult, index: number) => void;
  /** Called once, after the last `onResult`. */
  readonly onEnd: (counts: RunCounts) => void;
}

/** A run in flight. */
export interface Run extends RunRequest {
  readonly number: number;
  /** The member that held the issuer's seat when the run began, and receives the results. */
  readonly owner: Member;
  /** By index of the executor; the ranks are those at the beginning of the run. */
  readonly statuses: (Status | undefined)[];
  readonly ranks: readonly number[];
  readonly beganAt: number;
  /** For the audit; absent: there is none. */
  readonly from: SentFrom | undefined;
  pending: number;
  /** Bytes of output kept so far, as encoded in the response. */
  keptBytes: number;
  /** The time until its next deadline, by which that is removed. */
  deadlineMs: number;
  /** Its time is over: the executors that have not answered are timed out, and may still say what they have so far. */
  isOverdue: boolean;
}

/** The index of a member among a run's executors, which are in ticket order; -1 if it is none of them. */
export function indexOf(run: Run, { seat }: SeatedMember): number {
  if (seat === undefined) return -1;
  const index = indexOfTicket(run.executors, seat.ticket);
  return run.executors[index] === seat ? index : -1;
}

/** The executor's answer is not wanted any more. */
export function notifyCancel(executor: Member, run: Run): void {
  executor.notify({ method: "cancel", params: { id: run.number } });
}
