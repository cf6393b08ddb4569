// Runs: commands whose issuer wants the results. The executors of a run are fixed when it begins. Each gets exactly one
// status; with the last one the run is answered and forgotten.

import type { Id, Refusal } from "../../protocol/json_rpc/mod.ts";
import type { Status } from "../../protocol/methods/mod.ts";
import type { Report } from "../../log/mod.ts";
import { visible } from "../../words/mod.ts";
import { MAY_NOT_EXECUTE } from "./check_command.ts";
import { type Clock, Deadlines } from "../../time/mod.ts";
import type { CommandAudit } from "./command_audit.ts";
import type { FanOut } from "./fan_out.ts";
import type { ExecutorOutcome } from "./executor_outcome.ts";
import type { Member, SeatedMember } from "../connection/mod.ts";
import { indexOf, type Run, type RunRequest } from "./run.ts";
import { countStatuses, firstNotOk, isWanted, type OutputLimits, RunResults } from "./run_results.ts";

export interface RunLimits extends OutputLimits {
  readonly runsPerIssuer: number;
  readonly runsTotal: number;
  /** How long an executor may still answer after the time of its run is over. */
  readonly answerGraceMs: number;
}

const MAX_SHOWN_KEY_LENGTH = 64;

export class Runs {
  readonly #limits: RunLimits;
  readonly #results: RunResults;
  readonly #fanOut: Pick<FanOut, "toChosen">;
  readonly #report: Report;
  readonly #clock: Clock;
  readonly #audit: CommandAudit | undefined;
  readonly #deadlines: Deadlines<Run>;
  readonly #runs = new Map<number, Run>();
  readonly #byIssuer = new Map<Member, Map<Id, Run>>();
  #nextNumber = 1;
  #idle: PromiseWithResolvers<void> | undefined;
  /** Unexpected answers: too late, repeated, or to a request that was never sent. */
  lateAnswers = 0;

  /** @param flush starts writing what has been queued; needed when a run times out. */
  constructor(
    limits: RunLimits,
    fanOut: Pick<FanOut, "toChosen">,
    report: Report,
    clock: Clock,
    flush: () => void,
    audit?: CommandAudit,
  ) {
    this.#audit = audit;
    this.#limits = limits;
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
    const own = this.#byIssuer.get(issuer);
    if (own?.has(key)) {
      return {
        reason: "invalid_request",
        message: `A run with id ${visible(JSON.stringify(key), MAX_SHOWN_KEY_LENGTH)} is already in flight`,
      };
    }
    const { runsPerIssuer, runsTotal } = this.#limits;
    if ((own?.size ?? 0) >= runsPerIssuer) return tooMany("for one issuer", runsPerIssuer);
    // A member without a run may always begin one: other members must not be able to block it by using up the total.
    if (own !== undefined && this.#runs.size >= runsTotal) return tooMany("on this server", runsTotal);
    return undefined;
  }

  /** Begins a run that {@linkcode mayBegin} has allowed. */
  begin(request: RunRequest): void {
    const { issuer, key, executors, timeoutMs } = request;
    const run: Run = {
      ...request,
      number: this.#nextNumber++,
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
    const own = this.#byIssuer.get(issuer.member) ?? new Map<Id, Run>();
    this.#byIssuer.set(issuer.member, own.set(key, run));
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
      this.lateAnswers++;
      return false;
    }
    this.#conclude(run, index, outcome);
    return true;
  }

  /** Ends a run for its issuer; false when there is none with that id. */
  cancel(issuer: Member, key: Id): boolean {
    const run = this.#byIssuer.get(issuer)?.get(key);
    if (run === undefined) return false;
    this.#endEarly(run, "cancelled");
    return true;
  }

  cancelAllOf(issuer: Member): number {
    const runs = [...this.#byIssuer.get(issuer)?.values() ?? []];
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
  }

  /** A member turned out to be a text client: it was shown the commands that it has not answered. */
  memberReadsText(member: SeatedMember): void {
    this.#concludeEverywhere(member, "delivered");
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
    const own = this.#byIssuer.get(run.owner);
    own?.delete(run.key);
    if (own?.size === 0) this.#byIssuer.delete(run.owner);
    if (this.#runs.size > 0) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }
}

function notifyCancel(executor: Member, run: Run): void {
  executor.notify({ method: "cancel", params: { id: run.number } });
}

function tooMany(whose: string, limit: number): Refusal {
  const message = `Too many runs in flight: the limit ${whose} is ${limit}`;
  return { reason: "rate_limited", message, data: { limit } };
}
