// Runs: commands whose issuer wants the results. The executors of a run are fixed when it begins. Each gets exactly one
// status; with the last one the run is answered and forgotten.

import type { Id, Refusal } from "../../protocol/json_rpc/mod.ts";
import type { Status } from "../../protocol/methods/mod.ts";
import type { Report } from "../../log/mod.ts";
import { MAY_NOT_EXECUTE } from "./check_command.ts";
import { type Clock, Deadlines } from "../../time/mod.ts";
import type { CommandAudit } from "./command_audit.ts";
import type { FanOut } from "./fan_out.ts";
import type { ExecutorOutcome } from "./executor_outcome.ts";
import { Issuers, type RunCountLimits } from "./issuers.ts";
import type { Member, SeatedMember } from "../connection/mod.ts";
import type { OtherNodes } from "./other_nodes.ts";
import { indexOfTicket, type Seat } from "../../ranks/mod.ts";
import { indexOf, notifyCancel, type Run, type RunRequest } from "./run.ts";
import { countStatuses, firstNotOk, isWanted, type OutputLimits, RunResults } from "./run_results.ts";

export interface RunLimits extends OutputLimits, RunCountLimits {
  /** How long an executor may still answer after the time of its run is over. */
  readonly answerGraceMs: number;
}

export class Runs {
  readonly #limits: RunLimits;
  readonly #results: RunResults;
  readonly #fanOut: Pick<FanOut, "toChosen">;
  readonly #report: Report;
  readonly #clock: Clock;
  readonly #audit: CommandAudit | undefined;
  readonly #deadlines: Deadlines<Run>;
  readonly #runs = new Map<number, Run>();
  readonly #issuers: Issuers;
  readonly #others: OtherNodes | undefined;
  #nextNumber = 1;
  #idle: PromiseWithResolvers<void> | undefined;
  /** Unexpected answers: too late, repeated, or to a request that was never sent. */
  lateAnswers = 0;

  /** @param flush starts writing what has been queued, when a run times out. @param others absent: this is the only server. */
  constructor(
    limits: RunLimits,
    fanOut: Pick<FanOut, "toChosen">,
    report: Report,
    clock: Clock,
    flush: () => void,
    audit?: CommandAudit,
    others?: OtherNodes,
  ) {
    this.#audit = audit;
    this.#others = others;
    this.#limits = limits;
    this.#issuers = new Issuers(limits);
    this.#results = new RunResults(limits);
    this.#fanOut = fanOut;
    this.#report = report;
    this.#clock = clock;
    this.#deadlines = new Deadlines(clock, (run) => {
      this.#timeOut(run);
      flush();
    });
  }

  get inFlight(): number {
    return this.#runs.size;
  }

  /** Whether this issuer may begin another run, with that id. */
  mayBegin(issuer: Member, key: Id): Refusal | undefined {
    return this.#issuers.mayBegin(issuer, key, this.#runs.size);
  }

  /** A number for another run that takes answers: no two runs of a server have the same. */
  takeNumber(): number {
    return this.#nextNumber++;
  }

  /** Begins a run that {@linkcode mayBegin} has allowed. */
  begin(request: RunRequest): void {
    const { issuer, executors, timeoutMs } = request;
    const run: Run = {
      ...request,
      number: this.takeNumber(),
      owner: issuer.member,
      statuses: new Array(executors.length).fill(undefined),
      ranks: executors.map((seat) => seat.rank),
      beganAt: this.#clock.now(),
      from: this.#audit?.from(issuer),
      // One more than there are executors, so that the run cannot end while it is being sent.
      pending: executors.length + 1,
      keptBytes: 0,
      deadlineMs: timeoutMs,
      isOverdue: false,
    };
    this.#runs.set(run.number, run);
    this.#issuers.add(run);
    this.#deadlines.add(run, timeoutMs);
    this.#fanOut.toChosen(issuer, executors, request.command, request.args, run.number);
    for (const [index, { member }] of executors.entries()) {
      if (run.statuses[index] !== undefined) continue;
      // A disconnected member gets nothing. A text client is shown the command and never answers it.
      if (!member.isOpen) this.#conclude(run, index, { status: "lost" });
      else if (!member.rights.execute) {
        this.#conclude(run, index, { status: "refused", reason: MAY_NOT_EXECUTE });
      } else if (member.mode === "text") this.#conclude(run, index, { status: "delivered" });
    }
    this.#countDown(run);
  }

  /** Takes an executor's answer; unexpected answers are counted and dropped, and false is returned. */
  answer(executor: SeatedMember, number: Id, outcome: ExecutorOutcome): boolean {
    const run = typeof number === "number" ? this.#runs.get(number) : undefined;
    const index = run === undefined ? -1 : indexOf(run, executor);
    if (run === undefined || index < 0 || run.statuses[index] !== undefined) {
      if (typeof number === "number" && this.#others?.answer(executor, number, outcome)) return true;
      this.lateAnswers++;
      return false;
    }
    this.#conclude(run, index, outcome);
    return true;
  }

  /** What became of an executor on another server. */
  settle(number: number, ticket: number, outcome: ExecutorOutcome): void {
    const run = this.#runs.get(number);
    const index = run === undefined ? -1 : indexOfTicket(run.executors, ticket);
    if (run?.statuses[index] === undefined && index >= 0) this.#conclude(run!, index, outcome);
  }

  /** Whether a run is in flight, and its time is not over. */
  isTimely(number: number): boolean {
    return this.#runs.get(number)?.isOverdue === false;
  }

  /** Ends a run for its issuer; false when there is none with that id. */
  cancel(issuer: Member, key: Id): boolean {
    const run = this.#issuers.get(issuer, key);
    if (run !== undefined) this.#endEarly(run, "cancelled");
    return run !== undefined;
  }

  cancelAllOf(issuer: Member): number {
    const runs = this.#issuers.runsOf(issuer);
    for (const run of runs) this.#endEarly(run, "cancelled");
    return runs.length;
  }

  cancelAll(): void {
    for (const run of [...this.#runs.values()]) this.#endEarly(run, "cancelled");
  }

  /** A member left or yielded: its own runs are cancelled, and its part of other runs is lost. */
  memberLeft(member: SeatedMember): void {
    this.cancelAllOf(member);
    this.#concludeEverywhere(member, "lost");
    this.#others?.memberLeft(member);
  }

  /** An executor's seat has left, or has moved to another connection: its part is lost, unless its server may still say more. */
  seatLost(seat: Seat<Member>): void {
    for (const run of [...this.#runs.values()]) {
      const index = indexOfTicket(run.executors, seat.ticket);
      if (run.executors[index] !== seat || run.statuses[index] !== undefined) continue;
      if (!this.#others?.willSettle(run.number, seat)) this.#conclude(run, index, { status: "lost" });
    }
    this.#others?.seatLost(seat);
  }

  /** A member turned out to be a text client: it was shown the commands that it has not answered. */
  memberReadsText(member: SeatedMember): void {
    this.#concludeEverywhere(member, "delivered");
    this.#others?.memberReadsText(member);
  }

  /** Resolves when no run is in flight. */
  idle(): Promise<void> {
    return this.#runs.size === 0 ? Promise.resolve() : (this.#idle ??= Promise.withResolvers()).promise;
  }

  #concludeEverywhere(member: SeatedMember, status: Status): void {
    if (member.seat === undefined) return;
    for (const run of [...this.#runs.values()]) {
      const index = indexOf(run, member);
      if (index < 0 || run.statuses[index] !== undefined) continue;
      // A member that yielded is still connected, and would work on a run that has no use for its answer.
      if (status === "lost" && member.isOpen && !run.isOverdue) {
        notifyCancel(member, run);
      }
      if (run.statuses[index] === undefined) this.#conclude(run, index, { status });
    }
  }

  /** The first time, executors are asked to stop and may still say what they have so far; the second time ends the run. */
  #timeOut(run: Run): void {
    const { answerGraceMs } = this.#limits;
    if (run.isOverdue || answerGraceMs === 0) return this.#endEarly(run, "timed_out");
    run.isOverdue = true;
    run.deadlineMs = answerGraceMs;
    this.#deadlines.add(run, answerGraceMs);
    for (const [index, { member }] of run.executors.entries()) {
      if (run.statuses[index] === undefined) notifyCancel(member, run);
    }
  }

  /** Ends a run for all executors that have not answered, and cancels their work. */
  #endEarly(run: Run, status: "timed_out" | "cancelled"): void {
    for (const [index, { member }] of run.executors.entries()) {
      if (run.statuses[index] !== undefined) continue;
      if (!run.isOverdue) notifyCancel(member, run);
      // Sending may have closed a session that does not read, which has concluded its part already.
      if (run.statuses[index] === undefined) this.#conclude(run, index, { status });
    }
  }

  #conclude(run: Run, index: number, { status, ...details }: ExecutorOutcome): void {
    const { ticket, member } = run.executors[index]!;
    // What comes after the time is over adds to the status and does not change it.
    const outcome = { ...details, status: run.isOverdue ? "timed_out" : status } as const;
    run.statuses[index] = outcome.status;
    if (isWanted(run.results, outcome.status)) {
      const source = { rank: run.ranks[index]!, ticket, name: member.name };
      run.onResult(this.#results.make(run, source, outcome), index);
    }
    this.#countDown(run);
  }

  #countDown(run: Run): void {
    if (--run.pending > 0) return;
    this.#forget(run);
    const counts = countStatuses(run.statuses as Status[]);
    const ms = Math.round(this.#clock.now() - run.beganAt);
    const { number, command } = run;
    this.#report({ event: "run_ended", run: number, command, counts, not_ok: firstNotOk(run), ms });
    this.#audit?.ended(run, counts, ms);
    run.onEnd({ executors: run.statuses.length, ...counts });
  }

  #forget(run: Run): void {
    this.#runs.delete(run.number);
    this.#results.release(run);
    this.#deadlines.remove(run, run.deadlineMs);
    this.#issuers.delete(run);
    this.#others?.ended(run.number);
    if (this.#runs.size > 0) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }
}
