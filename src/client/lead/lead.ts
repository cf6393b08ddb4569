// Runs a program while this client has rank 0 and can prove it. It decides when; the guard does it, and does it also when
// this process cannot decide any more. The server's word decides who is next, never a clock alone.

import { giveUpAfterMs, pingEveryMs, shortestLeaseMs } from "../../rules/mod.ts";
import { type ClientEvent, type LeadStatus, notSent, RequestError } from "../session/mod.ts";
import { type GuardedRun, GuardKeeper, type RunEnd } from "./guard/mod.ts";
import { LeadNotices } from "./lead_notices.ts";
import type { LeadEnd, LeadParts } from "./lead_parts.ts";
import { type Claim, Leadership } from "./leadership.ts";
import { type Instant, settlesWithin } from "../../time/mod.ts";
import { Pulse } from "../connection/mod.ts";

type State =
  | { readonly kind: "following" }
  | {
    readonly kind: "leading" | "stopping";
    readonly run: GuardedRun;
    readonly ticket: number;
    /** In ms since 1970. */
    readonly since: number;
    /** Of the seat with that ticket. */
    readonly token: string | undefined;
    /** When nothing of the program may be left by the newest proof, on the running clock. */
    readonly goneBy: number;
  };

/** The guard, which says why, is given this much time to be the first who stops a program whose proof lapses. */
const GUARD_FIRST_MS = 50;

type Occupied = Exclude<State, { readonly kind: "following" }>;

export class Lead {
  readonly #parts: LeadParts;
  readonly #leadership: Leadership;
  readonly #pulse: Pulse;
  readonly #notices: LeadNotices;
  readonly #guards: GuardKeeper;
  readonly #end = Promise.withResolvers<LeadEnd>();
  #state: State = { kind: "following" };
  /** Only who wants to lead starts a program. */
  #intent: "lead" | "yield" | "end" = "lead";
  #isConnected = false;
  #token: string | undefined;
  #cancelRetry = () => {};
  /** The client's own watch over the lease, beside the guard's. */
  #cancelWatch = () => {};
  /** What is being done for seats of before. */
  #releasing: Promise<void> = Promise.resolve();
  #killing: Promise<string> | undefined;

  constructor(parts: LeadParts) {
    this.#parts = parts;
    this.#leadership = new Leadership(parts.times);
    const { times, now, after } = parts;
    this.#notices = new LeadNotices(parts.say, () => parts.session());
    this.#guards = new GuardKeeper(parts, {
      needsGuard: () => this.#intent !== "end" && this.#state.kind === "following",
      onReady: () => this.#reconsider(),
      onUnfit: (why) => this.#finish({ kind: "unfit", why }),
    });
    this.#pulse = new Pulse({
      ping: () => parts.session().request("ping"),
      now,
      after,
      everyMs: () => pingEveryMs(times),
      giveUpAfterMs: () => giveUpAfterMs(times),
      mark: () => this.#leadership.provable,
      onAnswer: (sentAt, ticket) => this.#proven(sentAt, ticket),
      onSilence: (ms) => parts.session().drop(`no answer to a ping for ${Math.round(ms)} ms`),
    });
  }

  get status(): LeadStatus {
    const state = this.#state;
    if (state.kind !== "following") {
      const { ticket, since, run } = state;
      return { state: "leading", program: { pid: run.group, ticket, since } };
    }
    return { state: this.#isConnected ? "following" : "not connected" };
  }

  /** To be told every event when it happens. */
  readonly observe = (event: ClientEvent): void => {
    this.#leadership.note(event, this.#parts.now());
    switch (event.kind) {
      case "connected":
        this.#isConnected = true;
        break;
      case "welcome":
      case "yielded":
        this.#checkLease();
        this.#notices.seated(this.#leadership.provable, this.#leadership.waitMs(this.#parts.now()));
        break;
      case "promoted":
        break;
      case "disconnected":
        this.#isConnected = false;
        this.#pulse.stop();
        if (event.retryInMs === undefined) {
          this.#finish({ kind: event.isUnauthenticated ? "unauthenticated" : "disconnected" });
        }
        return;
      default:
        return this.#reconsider();
    }
    // Not within the event: it is told before the new connection can be used.
    queueMicrotask(() => this.#askAtOnce());
    this.#reconsider();
  };

  /** To be told the token of the own seat, so that the guard has it. */
  readonly keepToken = (token: string | undefined): void => {
    this.#token = token;
    if (this.#state.kind !== "leading") return;
    this.#state = { ...this.#state, token };
    this.#state.run.keepToken(token);
  };

  /** Passes a signal on to the program, if it runs. */
  readonly signalProgram = (signal: Deno.Signal): void => {
    const pid = this.#state.kind === "leading" ? this.#state.run.group : undefined;
    if (pid !== undefined) this.#parts.signalProgram(pid, signal);
  };

  /** KILL to the program, if it runs: for a process that is about to end without waiting. */
  killProgram(): void {
    if (this.#state.kind !== "following" && this.#state.run.group !== undefined) {
      this.#parts.killGroup(this.#state.run.group);
    }
  }

  /** Leads and follows until the program ends by itself or `signal` is aborted. Then no program runs any more. */
  async run(signal: AbortSignal): Promise<LeadEnd> {
    const onAbort = () => this.#finish({ kind: "asked" });
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    const { maxWaitMs, after } = this.#parts;
    const cancelWait = maxWaitMs === undefined ? () => {} : after(maxWaitMs, () => this.#waitIsOver());
    const end = await this.#end.promise;
    cancelWait();
    signal.removeEventListener("abort", onAbort);
    this.#cancelRetry();
    const isStopped = await this.#stopProgram();
    if (isStopped && end.kind === "ended" && this.#isConnected) await this.#notices.next();
    this.#pulse.stop();
    if (!isStopped) return await this.#endUnsure();
    this.#guards.close();
    await this.#releasing;
    if (!this.#isConnected && this.#token !== undefined) {
      await this.#parts.release(this.#token, this.#parts.leaveMs);
    }
    return end;
  }

  /**
   * Hands rank 0 over: stops the program first. Resolves with the server's answer. When no client behind this one could
   * lead, it rejects with the server's refusal and leaves the program alone.
   */
  async yield(): Promise<unknown> {
    if (this.#state.kind === "leading") await this.#notices.checkSuccessor();
    if (this.#intent === "lead") this.#intent = "yield";
    try {
      if (!await this.#stopProgram()) {
        throw notSent("closed", "Cannot yield: the program could not be stopped, and this client ends");
      }
      return await this.#sendYield();
    } finally {
      if (this.#intent === "yield") this.#intent = "lead";
      this.#reconsider();
    }
  }

  async #sendYield(): Promise<unknown> {
    // From here on the server may have given rank 0 away, whatever becomes of its answer.
    this.#leadership.yieldSent();
    const session = this.#parts.session();
    try {
      return await session.request("yield");
    } catch (error) {
      if (error instanceof RequestError && error.hasNoEffect) {
        this.#leadership.yieldRefused();
        this.#askAtOnce();
      } else {
        // A new connection finds out whether the seat is still ours.
        session.drop("the server's answer to yield is not known");
      }
      throw error;
    }
  }

  #askAtOnce(): void {
    if (this.#isConnected && this.#intent !== "end") this.#pulse.beat();
  }

  #proven(sentAt: Instant, ticket: number | undefined): void {
    this.#leadership.prove(ticket, sentAt);
    const now = this.#parts.now();
    const claim = this.#leadership.claim(now);
    const state = this.#state;
    if (state.kind === "leading" && claim?.ticket === state.ticket) {
      state.run.renew(claim);
      this.#state = { ...state, goneBy: now.running + claim.leftMs };
      this.#watchLease(claim);
    }
    this.#reconsider();
  }

  /** The guard stops the program when the proof lapses; this is for a guard that is stopped itself. */
  #watchLease({ leftMs }: Claim): void {
    this.#cancelWatch();
    const termInMs = Math.max(0, leftMs - this.#parts.times.killAfterMs);
    this.#cancelWatch = this.#parts.after(termInMs + GUARD_FIRST_MS, () => void this.#stopProgram());
  }

  /** Starts or stops the program where what is known now asks for it. */
  #reconsider(): void {
    this.#cancelRetry();
    const state = this.#state;
    if (state.kind === "leading" && !this.#leadership.holds(state.ticket)) {
      this.#parts.say(`rank 0 is lost: the program is stopped (ticket ${state.ticket})`);
      return void this.#stopProgram();
    }
    if (state.kind !== "following" || this.#intent !== "lead") return;
    const now = this.#parts.now();
    const claim = this.#leadership.claim(now);
    if (claim !== undefined) return this.#start(claim, now);
    const waitMs = this.#leadership.waitMs(now);
    if (waitMs > 0) this.#cancelRetry = this.#parts.after(waitMs, () => this.#reconsider());
  }

  #start(claim: Claim, now: Instant): void {
    const guard = this.#guards.ready;
    if (guard === undefined) return;
    const { ticket, leftMs } = claim;
    const run = guard.begin(this.#parts.orderFor(claim, this.#token));
    const goneBy = now.running + leftMs;
    this.#parts.say(`leading, with ticket ${ticket}: the program is started`);
    this.#state = { kind: "leading", run, ticket, since: now.wall, token: this.#token, goneBy };
    this.#watchLease(claim);
    // A guard that is stopped starts nothing, and the next in line would wait for ever.
    const cancelDoubt = this.#parts.after(this.#parts.guardEndMs, () => {
      if (run.group === undefined) this.#guards.kill();
    });
    run.ended.then((end) => {
      cancelDoubt();
      this.#programEnded(run, end);
    });
  }

  #programEnded(run: GuardedRun, end: RunEnd): void {
    const state = this.#state;
    if (state.kind === "following" || state.run !== run) return;
    this.#cancelWatch();
    if (end.kind === "lost" || end.kind === "unsure") return this.#giveUp(state);
    this.#state = { kind: "following" };
    // Nothing of the program is left: whoever is next need not wait for the lease of a seat that was taken away.
    if (state.token !== undefined && !this.#leadership.holds(state.ticket)) {
      const { release, times } = this.#parts;
      this.#releasing = release(state.token, times.leaseMs);
    }
    this.#notices.programEnded(end, state.kind === "stopping");
    if (end.kind === "ended" && state.kind !== "stopping") return this.#finish(end);
    if (this.#parts.maxWaitMs !== undefined) {
      return this.#finish({
        kind: "waited",
        why: "the program was stopped; with --max-wait it is started only once",
      });
    }
    this.#reconsider();
  }

  /** False when it is not known to have ended within its time; then this client is about to end. */
  async #stopProgram(): Promise<boolean> {
    const { times, guardEndMs, after, now, killGroup } = this.#parts;
    this.#cancelWatch();
    const state = this.#state;
    if (state.kind === "following") return true;
    if (state.kind === "leading") {
      this.#state = { ...state, kind: "stopping" };
      state.run.stop();
    }
    // Whatever the guard does, nothing of the program is left when its time is up. A guard that has not even said that
    // it has started the program may have more time.
    const { run } = state;
    const leftMs = Math.max(0, state.goneBy - now().running);
    const cancelKill = after(run.group === undefined ? leftMs : Math.min(times.killAfterMs, leftMs), () => {
      if (run.group === undefined) this.#guards.kill();
      else killGroup(run.group);
    });
    const hasEnded = await settlesWithin(run.ended, times.killAfterMs + guardEndMs);
    cancelKill();
    // A guard that is stopped itself, for example, could go on later.
    if (!hasEnded) this.#guards.kill();
    await run.ended;
    return this.#state.kind === "following";
  }

  /** The guard has not done its work: what it can, this client does in its place, and keeps the seat. */
  #giveUp({ run }: Occupied): void {
    if (run.group !== undefined) this.#parts.killGroup(run.group);
    this.#killing ??= this.#parts.killLeftBehind(run.group);
    this.#finish({ kind: "unsure", why: "" });
  }

  async #endUnsure(): Promise<LeadEnd> {
    const became = await this.#killing;
    return {
      kind: "unsure",
      why: `the guard of the program has ended early: ${became}; the seat is left to lapse`,
    };
  }

  #waitIsOver(): void {
    if (this.#state.kind !== "following") return;
    const why = `rank 0 was not reached within ${this.#parts.maxWaitMs} ms (--max-wait)`;
    this.#finish({ kind: "waited", why });
  }

  #checkLease(): void {
    const granted = this.#leadership.shortLeaseMs;
    if (granted === undefined) return;
    const { leaseMs, killAfterMs, marginMs } = this.#parts.times;
    const why =
      `the server grants a lease of ${granted} ms where ${leaseMs} ms were asked for, too short for ` +
      `lead.kill_after_ms (${killAfterMs}) and lead.margin_ms (${marginMs}): raise the server's session.lease_max_ms ` +
      `to ${shortestLeaseMs({ killAfterMs, marginMs })} or more, or lower these two`;
    this.#finish({ kind: "unfit", why });
  }

  #finish(end: LeadEnd): void {
    this.#intent = "end";
    this.#end.resolve(end);
  }
}
