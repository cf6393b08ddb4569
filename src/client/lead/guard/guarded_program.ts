// One program under a guard, from the order to start it until its process group is gone. It acts first and reports later:
// nothing that it waits for before it sends a signal can fail or block.

import type { GuardEnd, GuardStart, TimeLeft } from "./guard_messages.ts";
import {
  type ChildStatus,
  type DeadProcesses,
  endOf,
  GroupSignals,
  type SignalSystem,
} from "../../processes/mod.ts";
import type { Instant } from "../../../time/mod.ts";

/** The part of `Deno.ChildProcess` that a guard needs; the program is the first of a process group of its own. */
export interface StartedProgram {
  readonly pid: number;
  readonly status: ChildStatus;
}

export interface GuardedProgramParts {
  /** Throws when it cannot be started. */
  readonly startProgram: (start: GuardStart) => StartedProgram;
  readonly now: () => Instant;
  /** Calls back once after `ms`; the result undoes it. */
  readonly after: (ms: number, callback: () => void) => () => void;
  readonly signals: SignalSystem;
  /** `own` is the program: the runtime waits for it. */
  readonly deadBeside: (own: number) => DeadProcesses;
  readonly onStarted: (group: number) => void;
  readonly say: (line: string) => void;
  readonly bounds: { readonly groupPollMs: number; readonly groupGoneMs: number };
}

/** As shells do for a program that cannot be started. */
const NOT_FOUND_CODE = 127;
const NOT_EXECUTABLE_CODE = 126;
/** At least this often, the shared clock is checked: it may have been set, or the machine may have slept. */
const CHECK_MS = 100;
/** Between two KILLs, when the first one did not end all processes. */
const KILL_AGAIN_MS = 1_000;

type State =
  /** The proof in the order had expired; a newer one starts the program. */
  | { readonly kind: "unproven" }
  | { readonly kind: "running"; readonly group: GroupSignals }
  | { readonly kind: "stopping"; readonly group: GroupSignals | undefined };

export class GuardedProgram {
  readonly start: GuardStart;
  /** Resolves when the group is gone, or KILL did not end all of it. Never rejects. */
  readonly ended: Promise<GuardEnd>;
  readonly #parts: GuardedProgramParts;
  readonly #watch: LeaseWatch;
  readonly #end = Promise.withResolvers<GuardEnd>();
  #state: State = { kind: "unproven" };
  #token: string | undefined;
  #cancelCheck = () => {};

  constructor(start: GuardStart, parts: GuardedProgramParts) {
    this.start = start;
    this.ended = this.#end.promise;
    this.#parts = parts;
    this.#watch = new LeaseWatch(start.leaseMs);
    this.#token = start.token;
    this.renew(start);
  }

  /** The newest token of the seat that the program was started with; `undefined`: the seat cannot be released. */
  get token(): string | undefined {
    return this.#token;
  }

  keepToken(token: string | undefined): void {
    this.#token = token;
  }

  /** Takes a newer proof. It changes nothing if the program is already being stopped. */
  renew(left: TimeLeft): void {
    if (this.#state.kind === "stopping") return;
    this.#watch.renew(left, this.#parts.now());
    if (this.#state.kind === "unproven" && this.#termInMs() > 0) this.#begin();
  }

  /** TERM to the program, and KILL to the rest of its group when its time is up. */
  stop(): void {
    const state = this.#state;
    if (state.kind === "stopping") return;
    this.#cancelCheck();
    if (state.kind === "running") return void this.#stopGroup(state.group, { kind: "stopped" });
    this.#state = { kind: "stopping", group: undefined };
    this.#end.resolve({ kind: "stopped" });
  }

  /** Like {@linkcode stop}, without the wait between TERM and KILL. */
  kill(): void {
    this.stop();
    if (this.#state.kind === "stopping") this.#state.group?.kill();
  }

  /** For an "unsure" end: sends KILL again and again until the group is gone. */
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
      return this.#parts.say(`Cannot start "${this.start.argv[0]}": ${reason}`);
    }
    const dead = this.#parts.deadBeside(program.pid);
    const group = new GroupSignals(program.pid, dead, this.#parts.signals);
    this.#state = { kind: "running", group };
    endOf(program.status).then((end) => {
      // What the program left behind in its group is stopped before the seat may be released.
      if (this.#state.kind === "running") this.#stopGroup(group, { kind: "ended", ...end });
    });
    // Before anything else: with it the client can kill the program without this process.
    this.#parts.onStarted(program.pid);
    this.#checkLease(dead);
  }

  /** Watches the lease while the program runs. */
  #checkLease(dead: DeadProcesses): void {
    dead.reapOrphans();
    const termInMs = this.#termInMs();
    if (termInMs <= 0) {
      this.stop();
      return this.#parts.say("Cannot prove rank 0, stopping the program");
    }
    this.#cancelCheck = this.#parts.after(Math.min(termInMs, CHECK_MS), () => this.#checkLease(dead));
  }

  async #stopGroup(group: GroupSignals, end: GuardEnd): Promise<void> {
    this.#state = { kind: "stopping", group };
    this.#cancelCheck();
    const { bounds, say } = this.#parts;
    const killAfterMs = Math.max(0, Math.min(this.start.killAfterMs, this.#leftMs()));
    const stopping = group.stop({ ...bounds, killAfterMs });
    this.#killInTime(group);
    const isGone = await stopping;
    this.#cancelCheck();
    this.#end.resolve(isGone ? end : { kind: "unsure" });
    if (!isGone) say("KILL did not end the whole program; keeping the seat until the lease expires");
  }

  /** Sends KILL when the lease has no time left. The timer between TERM and KILL stops while the machine sleeps. */
  #killInTime(group: GroupSignals): void {
    const leftMs = this.#leftMs();
    if (leftMs <= 0) return group.kill();
    this.#cancelCheck = this.#parts.after(Math.min(leftMs, CHECK_MS), () => this.#killInTime(group));
  }

  #leftMs(): number {
    return this.#watch.leftMs(this.#parts.now());
  }

  #termInMs(): number {
    return this.#leftMs() - this.start.killAfterMs;
  }
}

/**
 * How long a program may go on, by two clocks; the one that leaves less time counts. The shared clock goes on while a
 * machine sleeps or a sender is suspended. The running clock cannot be set back. Pure.
 */
export class LeaseWatch {
  readonly #leaseMs: number;
  #goneBy: Instant = { running: -Infinity, wall: -Infinity };

  /** @param leaseMs no renewal is worth more. */
  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs;
  }

  /** Takes the times of an order that arrives now. */
  renew({ goneBy, leftMs }: TimeLeft, now: Instant): void {
    const ms = Math.min(goneBy - now.wall, leftMs, this.#leaseMs);
    this.#goneBy = { running: now.running + ms, wall: now.wall + ms };
  }

  /** Until the group must be gone; negative when that time has passed. */
  leftMs(now: Instant): number {
    return Math.min(this.#goneBy.running - now.running, this.#goneBy.wall - now.wall);
  }
}
