// Every command goes through here, however it was received: it is checked, and then sent without an answer (a notification)
// or begun as a run (a request). A refusal concerns the command as a whole, and is answered and logged.

import type { Id, Refusal } from "../../protocol/json_rpc/mod.ts";
import type { DryRunSummary, RunParams } from "../../protocol/methods/mod.ts";
import type { PlainRuns } from "../../protocol/fast/mod.ts";
import { count } from "../../words/mod.ts";
import type { Seat } from "../../ranks/mod.ts";
import type { Check, CommandChecker } from "./check_command.ts";
import type { CommandLog } from "./command_log.ts";
import { dryRun } from "./dry_run.ts";
import type { FanOut } from "./fan_out.ts";
import type { RunRequest } from "./run.ts";
import type { Runs } from "./runs.ts";
import { areAllBelow, countTargets } from "./targets.ts";
import { type Seating, SUSPENDED } from "../seats/mod.ts";
import type { Member } from "../connection/mod.ts";

const DRAINING: Refusal = { reason: "unavailable", message: "The server is shutting down" };
const CUT_OFF: Refusal = { reason: "unavailable", message: SUSPENDED };

export class Commands {
  readonly #seating: Seating;
  readonly #checker: CommandChecker;
  readonly #fanOut: FanOut;
  readonly #runs: Runs;
  readonly #log: CommandLog;
  #isDraining = false;

  constructor(seating: Seating, checker: CommandChecker, fanOut: FanOut, runs: Runs, log: CommandLog) {
    this.#seating = seating;
    this.#checker = checker;
    this.#fanOut = fanOut;
    this.#runs = runs;
    this.#log = log;
  }

  /** Refuses every command from now on, as `unavailable`. */
  drain(): void {
    this.#isDraining = true;
  }

  /** Sends a command without a run: the executors do not answer. */
  send(issuer: Seat<Member>, params: RunParams): Refusal | undefined {
    const { command, args } = params;
    const roster = this.#seating.roster;
    if (areAllBelow(params) && this.#obstacle === undefined) {
      const refusal = this.#checker.checkBelow(issuer, roster.length - issuer.rank - 1, command, args);
      if (refusal !== undefined) return this.#refuse(issuer, params, refusal);
      this.#fanOut.toAllBelow(issuer, command, args);
      return undefined;
    }
    const checked = this.#check(issuer, params);
    if (!checked.ok) return this.#refuse(issuer, params, checked.refusal);
    this.#fanOut.toChosen(issuer, checked.executors, command, args);
    return undefined;
  }

  /**
   * Like {@linkcode send} for many commands of the same name: sends those up to the first that must be refused.
   *
   * @param max how many to send at most
   * @returns how many were sent
   */
  sendPlain(issuer: Seat<Member>, { command, args }: PlainRuns, max: number): number {
    if (this.#obstacle !== undefined) return 0;
    const below = this.#seating.roster.length - issuer.rank - 1;
    const count = Math.min(max, this.#checker.countPassing(issuer, below, command, args));
    if (count > 0) {
      this.#fanOut.plainToAllBelow(issuer, command, count < args.length ? args.slice(0, count) : args);
    }
    return count;
  }

  /** Begins a run. */
  run(
    issuer: Seat<Member>,
    key: Id,
    params: RunParams,
    callbacks: Pick<RunRequest, "onResult" | "onEnd">,
  ): Refusal | undefined {
    const { command, args, results } = params;
    const checked = this.#check(issuer, params);
    if (!checked.ok) return this.#refuse(issuer, params, checked.refusal);
    const busy = this.#runs.mayBegin(issuer.member, key);
    if (busy !== undefined) return this.#refuse(issuer, params, busy);
    const { executors, rule } = checked;
    const timeoutMs = Math.min(params.timeout_ms ?? rule.timeoutMs, rule.timeoutMs);
    this.#runs.begin({ issuer, key, command, args, executors, timeoutMs, results, ...callbacks });
    return undefined;
  }

  dryRun(issuer: Seat<Member>, params: RunParams): DryRunSummary {
    const tooMany = this.#tooManyTargets(params);
    if (tooMany !== undefined) {
      return { dry_run: true, accepted: false, executors: 0, results: [], ...tooMany };
    }
    const summary = dryRun(this.#checker, this.#seating.roster, issuer, params);
    const obstacle = this.#obstacle;
    return obstacle === undefined ? summary : { ...summary, accepted: false, ...obstacle };
  }

  #check(issuer: Seat<Member>, params: RunParams): Check<Member> {
    const obstacle = this.#obstacle;
    if (obstacle !== undefined) return { ok: false, refusal: obstacle };
    const tooMany = this.#tooManyTargets(params);
    if (tooMany !== undefined) return { ok: false, refusal: tooMany };
    return this.#checker.check(this.#seating.roster, issuer, params);
  }

  /** Why no command is sent now, whatever it is. */
  get #obstacle(): Refusal | undefined {
    if (this.#isDraining) return DRAINING;
    return this.#seating.shared.isSuspended ? CUT_OFF : undefined;
  }

  #tooManyTargets(params: RunParams): Refusal | undefined {
    const { capacity } = this.#seating;
    const targets = countTargets(params);
    if (targets <= capacity) return undefined;
    const message = `A command must have at most ${
      count(capacity, "target")
    }, one for each seat, got ${targets}`;
    return { reason: "too_large", message };
  }

  #refuse(issuer: Seat<Member>, params: RunParams, refusal: Refusal): Refusal {
    this.#log.refused(issuer, params, refusal);
    return refusal;
  }
}
