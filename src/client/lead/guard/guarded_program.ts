// One program under a guard, from the order to start it until nothing of its process group is left. It acts first and
// reports later: nothing that it waits for before a signal is sent can fail or block.

import type { GuardEnd, GuardStart, TimeLeft } from "./guard_messages.ts";
import { type DeadProcesses, GroupSignals } from "../../processes/mod.ts";
import type { Instant } from "../../../time/mod.ts";
import { LeaseWatch } from "./lease_watch.ts";

/** The part of `Deno.ChildProcess` that a guard needs; the program is the first of a process group of its own. */
export interface StartedProgram {
  readonly pid: number;
  readonly status: Promise<{ readonly code: number; readonly signal?: string | null }>;
}

export interface GuardedProgramParts {
  /** Throws when it cannot be started. */
  readonly startProgram: (start: GuardStart) => StartedProgram;
  readonly now: () => Instant;
  /** Calls back once after `ms`; the result undoes it. */
  readonly after: (ms: number, callback: () => void) => () => void;
  /** `own` is the program, which the runtime waits for. */
  readonly deadBeside: (own: number) => DeadProcesses;
  readonly onStarted: (group: number) => void;
  readonly say: (line: string) => void;
  readonly bounds: { readonly groupPollMs: number; readonly groupGoneMs: number };
}

/** As shells do for a program that cannot be started. */
const NOT_FOUND_CODE = 127;
const NOT_EXECUTABLE_CODE = 126;
/** The clock that others share is looked at this often at least: it may have been set, or the machine have slept. */
const LOOK_MS = 100;
/** Between two KILLs for processes that the first one did not end. */
const KILL_AGAIN_MS = 1_000;

type State =
  /** The proof that came with the order had lapsed; a newer one starts the program. */
  | { readonly kind: "unproven" }
  | { readonly kind: "running"; readonly group: GroupSignals }
  | { readonly kind: "stopping"; readonly group: GroupSignals | undefined };

export class GuardedProgram {
  readonly start: GuardStart;
  /** Resolves when nothing of the program is left, or not even KILL has ended all of it. Never rejects. */
  readonly ended: Promise<GuardEnd>;
  readonly #parts: GuardedProgramParts;
  readonly #watch: LeaseWatch;
  readonly #end = Promise.withResolvers<GuardEnd>();
  #state: State = { kind: "unproven" };
  #token: string | undefined;
  #cancelLook = () => {};

  constructor(start: GuardStart, parts: GuardedProgramParts) {
    this.start = start;
    this.ended = this.#end.promise;
    this.#parts = parts;
    this.#watch = new LeaseWatch(start.leaseMs);
    this.#token = start.token;
    this.renew(start);
  }

  /** The newest token of the seat that the program was started with; `undefined`: it cannot be given up any more. */
  get token(): string | undefined {
    return this.#token;
  }

  keepToken(token: string | undefined): void {
    this.#token = token;
  }

  /** Takes a newer proof. One that comes when the program is being stopped changes nothing. */
  renew(left: TimeLeft): void {
    if (this.#state.kind === "stopping") return;
    this.#watch.renew(left, this.#parts.now());
    if (this.#state.kind === "unproven" && this.#termInMs() > 0) this.#begin();
  }

  /** TERM to the program, and KILL to what is left of it when its time is up. */
  stop(): void {
    const state = this.#state;
    if (state.kind === "stopping") return;
    this.#cancelLook();
    if (state.kind === "running") return void this.#stopGroup(state.group, { kind: "stopped" });
    this.#state = { kind: "stopping", group: undefined };
    this.#end.resolve({ kind: "stopped" });
  }

  /** Like {@linkcode stop}, without the wait between TERM and KILL. */
  kill(): void {
    this.stop();
    if (this.#state.kind === "stopping") this.#state.group?.kill();
  }

  /** For a program that is "unsure": kills what is left until nothing is. */
  async killToTheEnd(): Promise<void> {
    const group = this.#state.kind === "stopping" ? this.#state.group : undefined;
    while (group !== undefined && !await group.isGoneWithin(KILL_AGAIN_MS, this.#parts.bounds.groupPollMs)) {
      group.kill();
    }
  }

  #begin(): void {
    let program: StartedProgram;
    try {
      program = this.#parts.startProgram(this.start);
    } catch (error) {
      const code = error instanceof Deno.errors.NotFound ? NOT_FOUND_CODE : NOT_EXECUTABLE_CODE;
      this.#state = { kind: "stopping", group: undefined };
      this.#end.resolve({ kind: "ended", code });
      const reason = error instanceof Error ? error.message : String(error);
      return this.#parts.say(`cannot start "${this.start.argv[0]}": ${reason}`);
    }
    const dead = this.#parts.deadBeside(program.pid);
    const group = new GroupSignals(program.pid, dead);
    this.#state = { kind: "running", group };
    program.status.then(({ code, signal }) => {
      // What the program left behind in its group is stopped before the seat may be given up.
      if (this.#state.kind === "running") {
        this.#stopGroup(group, { kind: "ended", code, signal: signal ?? undefined });
      }
    });
    // First of all: from here on the client can end the program without this process.
    this.#parts.onStarted(program.pid);
    this.#look(dead);
  }

  /** Watches the lease while the program runs. */
  #look(dead: DeadProcesses): void {
    dead.reapOrphans();
    const termInMs = this.#termInMs();
    if (termInMs <= 0) {
      this.stop();
      return this.#parts.say("rank 0 cannot be proven any more: the program is stopped");
    }
    this.#cancelLook = this.#parts.after(Math.min(termInMs, LOOK_MS), () => this.#look(dead));
  }

  async #stopGroup(group: GroupSignals, end: GuardEnd): Promise<void> {
    this.#state = { kind: "stopping", group };
    this.#cancelLook();
    const { bounds, say } = this.#parts;
    const killAfterMs = Math.max(0, Math.min(this.start.killAfterMs, this.#leftMs()));
    const isGone = await group.stop({ ...bounds, killAfterMs });
    this.#end.resolve(isGone ? end : { kind: "unsure" });
    if (!isGone) say("KILL has not ended all of the program: the seat is kept until its lease is over");
  }

  #leftMs(): number {
    return this.#watch.leftMs(this.#parts.now());
  }

  #termInMs(): number {
    return this.#leftMs() - this.start.killAfterMs;
  }
}
