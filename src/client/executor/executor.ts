// Executes the commands that the connection hands over: a bounded number at the same time and a bounded number waiting,
// each answered exactly once, each stopped when it is no longer wanted. The runner decides how a command is carried out.

import { count } from "../../words/mod.ts";
import type { Id } from "../../protocol/json_rpc/mod.ts";
import { approximateLength, type ClientEvent, type OwnPlace } from "../session/mod.ts";
import type { CommandRunner, StartCommand, StopSignal } from "./command_runner.ts";
import type { ExecutePort, IncomingExecute } from "../connection/mod.ts";
import { type Outcome, type StopReason, toAnswer, toExecution } from "./outcome.ts";

export interface ExecutorLimits {
  readonly programsAtOnce: number;
  readonly programsQueued: number;
  /** UTF-16 code units of the commands that wait. */
  readonly programsQueuedLength: number;
  /** Longest answer, as a line, where the server's limit is not lower. */
  readonly answerBytes: number;
}

export interface ExecutorParts {
  readonly runner: CommandRunner;
  readonly limits: ExecutorLimits;
  readonly report: (event: ClientEvent) => void;
  readonly place: () => OwnPlace | undefined;
}

interface Job {
  readonly call: IncomingExecute;
  readonly length: number;
  readonly start: StartCommand;
  readonly stopping: AbortController;
}

export class Executor implements ExecutePort {
  readonly #parts: ExecutorParts;
  readonly #running = new Set<Job>();
  #waiting: Job[] = [];
  #waitingLength = 0;
  #isStopped = false;
  #idle: (() => void)[] = [];

  constructor(parts: ExecutorParts) {
    this.#parts = parts;
  }

  execute(call: IncomingExecute): void {
    const { runner, limits, place } = this.#parts;
    if (this.#isStopped) return this.#finish(call, { kind: "dropped", reason: "lost" });
    const prepared = runner.prepare(call.params, place());
    if (typeof prepared !== "function") return this.#finish(call, prepared);
    const length = approximateLength(call.params);
    const job: Job = { call, length, start: prepared, stopping: new AbortController() };
    if (this.#running.size < limits.programsAtOnce) {
      this.#start(job);
    } else if (this.#hasRoomFor(job)) {
      this.#waiting.push(job);
      this.#waitingLength += length;
    } else {
      const reason = `${count(this.#running.size, "program is", "programs are")} running and ${
        count(this.#waiting.length, "is", "are")
      } waiting, which is the limit`;
      this.#finish(call, { kind: "failed", reason });
    }
  }

  cancel(id: Id): void {
    this.#stop("cancelled", (job) => job.call.id === id);
  }

  abandon(): void {
    this.#stop("lost", () => true);
  }

  /** Stops everything, accepts nothing more, and resolves when nothing is left running. May be called again. */
  stop(): Promise<void> {
    this.#isStopped = true;
    this.abandon();
    return this.#running.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }

  #hasRoomFor(job: Job): boolean {
    const { programsQueued, programsQueuedLength } = this.#parts.limits;
    return this.#waiting.length < programsQueued && this.#waitingLength + job.length <= programsQueuedLength;
  }

  #stop(reason: StopReason, isMeant: (job: Job) => boolean): void {
    const dropped = this.#waiting.filter(isMeant);
    this.#waiting = this.#waiting.filter((job) => !isMeant(job));
    this.#waitingLength = this.#waiting.reduce((sum, { length }) => sum + length, 0);
    for (const job of dropped) this.#finish(job.call, { kind: "dropped", reason });
    for (const job of this.#running) {
      if (isMeant(job)) job.stopping.abort(reason);
    }
  }

  async #start(job: Job): Promise<void> {
    this.#running.add(job);
    let outcome: Outcome;
    try {
      outcome = await job.start(job.stopping.signal as StopSignal);
    } catch (error) {
      outcome = {
        kind: "failed",
        reason: `cannot execute: ${error instanceof Error ? error.message : error}`,
      };
    }
    this.#running.delete(job);
    this.#finish(job.call, outcome);
    const next = this.#waiting.shift();
    this.#waitingLength -= next?.length ?? 0;
    if (next !== undefined) this.#start(next);
    else if (this.#running.size === 0) this.#resolveIdle();
  }

  #finish(call: IncomingExecute, outcome: Outcome): void {
    const { limits, place, report } = this.#parts;
    // Without a place there is no connection, and no answer.
    const maxBytes = Math.min(limits.answerBytes, place()?.limits.line_bytes ?? Infinity);
    call.answer(toAnswer(outcome, { id: call.id ?? null, maxBytes }));
    report({
      kind: "executed",
      id: call.id,
      execute: call.params,
      execution: toExecution(outcome),
    });
  }

  #resolveIdle(): void {
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
