// One run of the program under a guard: its lease watch, its token, and its end. It does not decide who leads.

import type { LeaseTimes } from "../../rules/mod.ts";
import type { Instant } from "../../time/mod.ts";
import { settlesWithin } from "../../time/mod.ts";
import type { GuardedRun, RunEnd } from "./guard/mod.ts";
import type { Claim } from "./leadership.ts";

export interface ProgramRunParts {
  readonly times: LeaseTimes;
  readonly now: () => Instant;
  readonly after: (ms: number, callback: () => void) => () => void;
  readonly guardEndMs: number;
  readonly killGroup: (group: number) => void;
  readonly killGuard: () => void;
  readonly killLeftBehind: (group: number | undefined) => Promise<string>;
}

/** The guard, which says why, is given this much time to be the first who stops a program whose proof lapses. */
const GUARD_FIRST_MS = 50;

export class ProgramRun {
  readonly ticket: number;
  /** In ms since 1970. */
  readonly since: number;
  readonly ended: Promise<RunEnd>;
  readonly #parts: ProgramRunParts;
  readonly #guarded: GuardedRun;
  #token: string | undefined;
  /** When nothing of the program may be left by the newest proof. */
  #goneBy: Instant;
  #stopping: Promise<RunEnd> | undefined;
  #killing: Promise<string> | undefined;
  /** The client's own watch over the lease, beside the guard's. */
  #cancelWatch = () => {};

  /** @param token of the seat with the ticket of this claim, and of no other. */
  constructor(guarded: GuardedRun, claim: Claim, token: string | undefined, parts: ProgramRunParts) {
    this.#parts = parts;
    this.#guarded = guarded;
    this.#token = token;
    this.ticket = claim.ticket;
    const now = parts.now();
    this.since = now.wall;
    this.#goneBy = goneBy(claim, now);
    this.#watchLease(claim);
    // A guard that is stopped starts nothing, and the next in line would wait forever.
    const cancelDoubt = parts.after(parts.guardEndMs, () => {
      if (guarded.group === undefined) parts.killGuard();
    });
    this.ended = guarded.ended.then((end) => {
      cancelDoubt();
      this.#cancelWatch();
      return end;
    });
  }

  /** The process group of the program; `undefined` before it is started. */
  get group(): number | undefined {
    return this.#guarded.group;
  }

  get isStopping(): boolean {
    return this.#stopping !== undefined;
  }

  /** Releases the seat of this run; `undefined`: it cannot be released. */
  get token(): string | undefined {
    return this.#token;
  }

  keepToken(token: string | undefined): void {
    this.#token = token;
    this.#guarded.keepToken(token);
  }

  /** A newer proof of the same seat. */
  renew(claim: Claim): void {
    this.#guarded.renew(claim);
    this.#goneBy = goneBy(claim, this.#parts.now());
    this.#watchLease(claim);
  }

  /** KILL to the program, for a process that is about to end without waiting. */
  kill(): void {
    if (this.group !== undefined) this.#parts.killGroup(this.group);
  }

  /** Resolves with the end of this run: "lost" or "unsure" when it is not known to have ended within its time. */
  stop(): Promise<RunEnd> {
    return this.#stopping ??= this.#stop();
  }

  /** Does the work of a guard that has not done it, as far as this client can. @returns in words what became of it */
  killLeftBehind(): Promise<string> {
    if (this.#killing === undefined) {
      this.kill();
      this.#killing = this.#parts.killLeftBehind(this.group);
    }
    return this.#killing;
  }

  /** The guard stops the program when the proof lapses; this is for a guard that is stopped itself. */
  #watchLease({ leftMs }: Claim): void {
    this.#cancelWatch();
    const termInMs = Math.max(0, leftMs - this.#parts.times.killAfterMs);
    this.#cancelWatch = this.#parts.after(termInMs + GUARD_FIRST_MS, () => void this.stop());
  }

  async #stop(): Promise<RunEnd> {
    const { times, guardEndMs, after, now, killGuard } = this.#parts;
    this.#cancelWatch();
    this.#guarded.stop();
    // Whatever the guard does, nothing of the program is left when its time is up. A guard that has not even said that
    // it has started the program may have more time.
    const { running, wall } = now();
    // The running clock does not count the time in which the machine slept.
    const leftMs = Math.max(0, Math.min(this.#goneBy.running - running, this.#goneBy.wall - wall));
    const killInMs = this.group === undefined ? leftMs : Math.min(times.killAfterMs, leftMs);
    const cancelKill = after(killInMs, () => this.group === undefined ? killGuard() : this.kill());
    const hasEnded = await settlesWithin(this.ended, times.killAfterMs + guardEndMs, after);
    cancelKill();
    // A guard that is stopped itself, for example, could go on later.
    if (!hasEnded) killGuard();
    return await this.ended;
  }
}

function goneBy({ leftMs }: Claim, { running, wall }: Instant): Instant {
  return { running: running + leftMs, wall: wall + leftMs };
}
