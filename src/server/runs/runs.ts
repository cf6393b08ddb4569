// Runs: commands whose issuer wants to know how they ended. The executors are fixed when a run begins; each gets exactly
// one status; the answer comes with the last one, and then nothing of the run is left here.

import type { Id, Refusal } from "../../protocol/json_rpc/mod.ts";
import type { RunCounts, RunResult, Status } from "../../protocol/methods/mod.ts";
import { type Report, visible } from "../../log/mod.ts";
import type { Seat } from "../../ranks/mod.ts";
import { MAY_NOT_EXECUTE } from "./check_command.ts";
import { copyOf, truncateToBytes, truncateToJsonBytes } from "./truncate.ts";
import { type Clock, Deadlines } from "../../time/mod.ts";
import type { FanOut } from "./fan_out.ts";
import type { ExecutorOutcome } from "./executor_outcome.ts";
import type { Member, SeatedMember } from "../connection/mod.ts";
import { countStatuses, isPlain, plainResult } from "./run_results.ts";

/** What an issuer asked for, after all checks. */
export interface RunRequest {
  readonly issuer: Seat<Member>;
  /** The issuer's own id for it, by which it may cancel. */
  readonly key: Id;
  readonly command: string;
  readonly args: readonly string[];
  /** In rank order. */
  readonly executors: readonly Seat<Member>[];
  readonly timeoutMs: number;
  /** Called once for each executor, as its status becomes known; `index` is its place among the executors. */
  readonly onResult: (result: RunResult, index: number) => void;
  /** Called once, after the last `onResult`. */
  readonly onEnd: (counts: RunCounts) => void;
}

export interface RunLimits {
  readonly runsPerIssuer: number;
  readonly runsTotal: number;
  /** Of one output of one executor. */
  readonly outputBytes: number;
  /** Of all outputs in one run's answer. */
  readonly runOutputBytes: number;
  /** Of all outputs of all runs in flight. */
  readonly runsOutputBytes: number;
}

interface Run extends RunRequest {
  readonly number: number;
  /** Whoever held the issuer's seat when the run began, and is told how it ends. */
  readonly owner: Member;
  /** By index of the executor; the rank as it was when the run began. */
  readonly statuses: (Status | undefined)[];
  readonly ranks: readonly number[];
  readonly beganAt: number;
  pending: number;
  /** Bytes of output kept so far, as they will stand in the answer. */
  keptOutput: number;
}

const MAX_REASON_LENGTH = 200;
const MAX_SIGNAL_LENGTH = 32;
const SHOWN_KEY_LENGTH = 64;

export class Runs {
  readonly #limits: RunLimits;
  readonly #fanOut: Pick<FanOut, "toChosen">;
  readonly #report: Report;
  readonly #clock: Clock;
  readonly #deadlines: Deadlines<Run>;
  readonly #runs = new Map<number, Run>();
  readonly #byIssuer = new Map<Member, Map<Id, Run>>();
  #nextNumber = 1;
  /** Bytes of output kept for all runs in flight. */
  #keptOutput = 0;
  #idle: (() => void)[] = [];
  /** Answers that nobody waited for: too late, given twice, or to what was never asked. */
  lateAnswers = 0;

  /** @param flush starts the writes of what was queued; needed where no client's line has led to it. */
  constructor(
    limits: RunLimits,
    fanOut: Pick<FanOut, "toChosen">,
    report: Report,
    clock: Clock,
    flush: () => void,
  ) {
    this.#limits = limits;
    this.#fanOut = fanOut;
    this.#report = report;
    this.#clock = clock;
    this.#deadlines = new Deadlines(clock, (run) => {
      this.#giveUp(run, "timed_out");
      flush();
    });
  }

  get inFlight(): number {
    return this.#runs.size;
  }

  /** Whether this issuer may begin another run with that id. */
  mayBegin(issuer: Member, key: Id): Refusal | undefined {
    const own = this.#byIssuer.get(issuer);
    if (own?.has(key)) {
      return {
        reason: "invalid_request",
        message: `Cannot begin a run: one with id ${
          visible(JSON.stringify(key), SHOWN_KEY_LENGTH)
        } is under way`,
      };
    }
    const { runsPerIssuer, runsTotal } = this.#limits;
    if ((own?.size ?? 0) >= runsPerIssuer) return tooMany("of yours", runsPerIssuer);
    // Whoever has none under way may begin one: others who hold them all must not be able to silence it.
    if (own !== undefined && this.#runs.size >= runsTotal) return tooMany("on this server", runsTotal);
    return undefined;
  }

  /** Begins a run for which {@linkcode mayBegin} had nothing to say. */
  begin(request: RunRequest): void {
    const { issuer, key, executors, timeoutMs } = request;
    const run: Run = {
      ...request,
      number: this.#nextNumber++,
      owner: issuer.member,
      statuses: new Array(executors.length).fill(undefined),
      ranks: executors.map((seat) => seat.rank),
      beganAt: this.#clock.now(),
      // One more than there are executors, so that the run cannot end while it is still being sent.
      pending: executors.length + 1,
      keptOutput: 0,
    };
    this.#runs.set(run.number, run);
    const own = this.#byIssuer.get(issuer.member) ?? new Map<Id, Run>();
    this.#byIssuer.set(issuer.member, own.set(key, run));
    this.#deadlines.add(run, timeoutMs);
    this.#fanOut.toChosen(issuer, executors, request.command, request.args, run.number);
    for (const [index, { member }] of executors.entries()) {
      if (run.statuses[index] !== undefined) continue;
      // Whoever is away hears nothing. A text client is shown the command; more will never be known of it.
      if (!member.isOpen) this.#conclude(run, index, { status: "lost" });
      else if (!member.rights.execute) {
        this.#conclude(run, index, { status: "refused", reason: MAY_NOT_EXECUTE });
      } else if (member.mode === "text") this.#conclude(run, index, { status: "delivered" });
    }
    this.#countDown(run);
  }

  /** Takes an executor's answer. What nobody waits for is counted and dropped. */
  answer(executor: SeatedMember, number: Id, outcome: ExecutorOutcome): void {
    const run = typeof number === "number" ? this.#runs.get(number) : undefined;
    const index = run === undefined ? -1 : indexOf(run, executor);
    if (run === undefined || index < 0 || run.statuses[index] !== undefined) {
      this.lateAnswers++;
      return;
    }
    this.#conclude(run, index, outcome);
  }

  /** Ends a run for its issuer; false when there is none with that id. */
  cancel(issuer: Member, key: Id): boolean {
    const run = this.#byIssuer.get(issuer)?.get(key);
    if (run === undefined) return false;
    this.#giveUp(run, "cancelled");
    return true;
  }

  cancelAllOf(issuer: Member): number {
    const runs = [...this.#byIssuer.get(issuer)?.values() ?? []];
    for (const run of runs) this.#giveUp(run, "cancelled");
    return runs.length;
  }

  cancelAll(): void {
    for (const run of [...this.#runs.values()]) this.#giveUp(run, "cancelled");
  }

  /** A member left, or gave up its place: its own runs are cancelled, in others' it is lost. */
  memberLeft(member: SeatedMember): void {
    this.cancelAllOf(member);
    this.#concludeEverywhere(member, "lost");
  }

  /** A member turned out to be a text client: what it has not answered it was shown. */
  memberReadsText(member: SeatedMember): void {
    this.#concludeEverywhere(member, "delivered");
  }

  /** Resolves when no run is in flight. */
  idle(): Promise<void> {
    return this.#runs.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }

  #concludeEverywhere(member: SeatedMember, status: Status): void {
    if (member.seat === undefined) return;
    for (const run of [...this.#runs.values()]) {
      const index = indexOf(run, member);
      if (index < 0 || run.statuses[index] !== undefined) continue;
      // Who yields its place is still there, and would go on working for nobody.
      if (status === "lost" && member.isOpen) {
        member.notify({ method: "cancel", params: { id: run.number } });
      }
      if (run.statuses[index] === undefined) this.#conclude(run, index, { status });
    }
  }

  /** Gives all that are still pending the same status, and tells them that nobody waits any more. */
  #giveUp(run: Run, status: "timed_out" | "cancelled"): void {
    for (const [index, seat] of run.executors.entries()) {
      if (run.statuses[index] !== undefined) continue;
      seat.member.notify({ method: "cancel", params: { id: run.number } });
      // Sending may have closed a session that does not read, and that concludes its part.
      if (run.statuses[index] === undefined) this.#conclude(run, index, { status });
    }
  }

  #conclude(run: Run, index: number, outcome: ExecutorOutcome): void {
    const { ticket, member } = run.executors[index]!;
    const place = { rank: run.ranks[index]!, ticket, name: member.name };
    run.statuses[index] = outcome.status;
    const result = isPlain(outcome)
      ? plainResult(place, outcome)
      : { ...place, ...this.#withinLimits(run, outcome) };
    run.onResult(result, index);
    this.#countDown(run);
  }

  #withinLimits(
    run: Run,
    { stdout, stderr, reason, signal, ...rest }: ExecutorOutcome,
  ): Omit<RunResult, "rank" | "ticket" | "name"> {
    const out = this.#cut(run, stdout);
    const err = this.#cut(run, stderr);
    return {
      ...rest,
      ...(out.text === undefined ? {} : { stdout: out.text }),
      ...(err.text === undefined ? {} : { stderr: err.text }),
      ...(signal === undefined ? {} : { signal: copyOf(signal.slice(0, MAX_SIGNAL_LENGTH)) }),
      ...(reason === undefined ? {} : { reason: copyOf(reason.slice(0, MAX_REASON_LENGTH)) }),
      ...(out.isCut || err.isCut ? { cut: true } : {}),
    };
  }

  #cut(run: Run, output: string | undefined): { text: string | undefined; isCut: boolean } {
    const own = truncateToBytes(output, this.#limits.outputBytes);
    const { runOutputBytes, runsOutputBytes } = this.#limits;
    const room = Math.min(runOutputBytes - run.keptOutput, runsOutputBytes - this.#keptOutput);
    const kept = truncateToJsonBytes(own.text, room);
    run.keptOutput += kept.bytes;
    this.#keptOutput += kept.bytes;
    return { text: kept.text, isCut: own.isCut || kept.isCut };
  }

  #countDown(run: Run): void {
    if (--run.pending > 0) return;
    this.#forget(run);
    const counts = countStatuses(run.statuses as Status[]);
    const ms = Math.round(this.#clock.now() - run.beganAt);
    this.#report({ event: "run_ended", run: run.number, command: run.command, counts, ms });
    run.onEnd({ executors: run.statuses.length, ...counts });
  }

  #forget(run: Run): void {
    this.#runs.delete(run.number);
    this.#keptOutput -= run.keptOutput;
    this.#deadlines.remove(run, run.timeoutMs);
    const own = this.#byIssuer.get(run.owner);
    own?.delete(run.key);
    if (own?.size === 0) this.#byIssuer.delete(run.owner);
    if (this.#runs.size > 0) return;
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }
}

/** The place of a member among a run's executors, by its ticket: they stand in ticket order. */
function indexOf(run: Run, { seat }: SeatedMember): number {
  if (seat === undefined) return -1;
  let low = 0;
  let high = run.executors.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (run.executors[middle]!.ticket < seat.ticket) low = middle + 1;
    else high = middle;
  }
  return run.executors[low] === seat ? low : -1;
}

function tooMany(whose: string, limit: number): Refusal {
  const message = `Cannot begin a run: ${limit} ${whose} are under way, which is the limit`;
  return { reason: "rate_limited", message, data: { limit } };
}
