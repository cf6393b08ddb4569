// Runs a program while this client has rank 0 and can prove it. It decides when the program starts and stops; the guard
// carries this out, and stops the program alone when this process cannot. The server decides who is next, never a clock.

import { giveUpAfterMs, pingEveryMs } from "../../rules/mod.ts";
import type { ClientEvent, LeadStatus } from "../session/mod.ts";
import { GuardKeeper, type RunEnd } from "./guard/mod.ts";
import { LeadNotices, shortLease } from "./lead_notices.ts";
import type { LeadEnd, LeadParts } from "./lead_parts.ts";
import { type Claim, Leadership } from "./leadership.ts";
import { MaxWait } from "./max_wait.ts";
import { ProgramRun } from "./program_run.ts";
import { cannotYield, sendYield } from "./send_yield.ts";
import type { Instant } from "../../time/mod.ts";
import { Pulse, type SeatToken } from "../connection/mod.ts";

export class Lead {
  readonly #parts: LeadParts;
  readonly #leadership: Leadership;
  readonly #pulse: Pulse;
  readonly #notices: LeadNotices;
  readonly #guards: GuardKeeper;
  readonly #maxWait: MaxWait;
  readonly #end = Promise.withResolvers<LeadEnd>();
  /** Absent: this client follows. */
  #run: ProgramRun | undefined;
  /** A program is started only with the first. */
  #intent: "lead" | "yield" | "end" = "lead";
  #isConnected = false;
  #token: SeatToken | undefined;
  #cancelRetry = () => {};
  /** What is being done for earlier seats. */
  #releasing: Promise<void> = Promise.resolve();

  constructor(parts: LeadParts) {
    this.#parts = parts;
    this.#leadership = new Leadership(parts.times);
    this.#maxWait = new MaxWait(parts.maxWaitMs);
    const { times, now, after } = parts;
    this.#notices = new LeadNotices(parts);
    this.#guards = new GuardKeeper(parts, {
      needsGuard: () => this.#intent !== "end" && this.#run === undefined,
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
    const run = this.#run;
    if (run !== undefined) {
      return { state: "leading", program: { pid: run.group, ticket: run.ticket, since: run.since } };
    }
    if (!this.#isConnected) return { state: "not connected" };
    const waitMs = Math.ceil(this.#leadership.waitMs(this.#parts.now()));
    return { state: "following", lead_after_ms: waitMs > 0 ? waitMs : undefined };
  }

  /** To be called with every event when it happens. */
  readonly observe = (event: ClientEvent): void => {
    this.#leadership.note(event, this.#parts.now());
    this.#maxWait.note(event);
    switch (event.kind) {
      case "connected":
        // No ping before there is a seat or a place in the waiting room: a server may delay its answer to hello on
        // purpose, by more than a share of a short lease. The connection itself closes when a server never answers.
        this.#isConnected = true;
        return this.#reconsider();
      case "waiting":
        if (this.#intent !== "end") this.#pulse.start();
        return this.#reconsider();
      case "welcome":
      case "yielded":
        this.#checkLease();
        this.#notices.seated(this.#leadership.provable, this.#leadership.waitMs(this.#parts.now()));
        break;
      case "promoted":
        break;
      case "yield_requested":
        return void this.yield().catch(({ message }) => this.#parts.say(`Did not yield: ${message}`));
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
    // Not within the event: it is reported before the new connection can be used.
    queueMicrotask(() => this.#pingNow());
    this.#reconsider();
  };

  /**
   * To be called with each new token of the own seat, so that the guard has it. It may come before the welcome that it
   * belongs to: a token of another seat never replaces that of the seat of the program.
   */
  readonly keepToken = (newest: SeatToken | undefined): void => {
    const ticket = (newest ?? this.#token)?.ticket;
    this.#token = newest;
    if (this.#run?.ticket === ticket) this.#run?.keepToken(newest?.token);
  };

  /** Passes a signal on to the program, if it runs. */
  readonly signalProgram = (signal: Deno.Signal): void => {
    const pid = this.#run?.isStopping ? undefined : this.#run?.group;
    if (pid !== undefined) this.#parts.signalProgram(pid, signal);
  };

  /** KILL to the program, if it runs: for a process that is about to end without waiting. */
  killProgram(): void {
    this.#run?.kill();
  }

  /** Leads and follows until the program ends by itself or `signal` is aborted. Then no program runs any more. */
  async run(signal: AbortSignal): Promise<LeadEnd> {
    const onAbort = () => this.#finish({ kind: "asked" });
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    const cancelWait = this.#maxWait.start(this.#parts.after, () => {
      if (this.#run === undefined) this.#finish(this.#maxWait.end);
    });
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
      await this.#parts.release(this.#token.token, this.#parts.leaveMs);
    }
    return end;
  }

  /**
   * Hands rank 0 over: stops the program first. Resolves with the server's answer. When no client behind this one could
   * lead, it rejects with the server's refusal and leaves the program alone.
   */
  async yield(): Promise<unknown> {
    if (this.#run?.isStopping === false) await this.#notices.checkSuccessor();
    if (this.#intent === "lead") this.#intent = "yield";
    try {
      if (!await this.#stopProgram()) throw cannotYield();
      return await sendYield(this.#parts.session(), this.#leadership, () => this.#pingNow());
    } finally {
      if (this.#intent === "yield") this.#intent = "lead";
      this.#reconsider();
    }
  }

  #pingNow(): void {
    if (this.#isConnected && this.#intent !== "end") this.#pulse.beat();
  }

  #proven(sentAt: Instant, ticket: number | undefined): void {
    this.#leadership.prove(ticket, sentAt);
    const claim = this.#leadership.claim(this.#parts.now());
    const run = this.#run;
    if (run?.isStopping === false && claim?.ticket === run.ticket) run.renew(claim);
    this.#reconsider();
  }

  /** Starts or stops the program where what is known now asks for it. */
  #reconsider(): void {
    this.#cancelRetry();
    const run = this.#run;
    if (run?.isStopping === false && !this.#leadership.holds(run.ticket)) {
      this.#parts.say(`Lost rank 0, stopping the program (ticket ${run.ticket})`);
      return void run.stop();
    }
    if (run !== undefined || this.#intent !== "lead") return;
    const now = this.#parts.now();
    const claim = this.#leadership.claim(now);
    if (claim !== undefined) return this.#start(claim);
    const waitMs = this.#leadership.waitMs(now);
    if (waitMs > 0) this.#cancelRetry = this.#parts.after(waitMs, () => this.#reconsider());
  }

  #start(claim: Claim): void {
    const guard = this.#guards.ready;
    if (guard === undefined) return;
    const { ticket } = claim;
    const token = this.#token?.ticket === ticket ? this.#token.token : undefined;
    const guarded = guard.begin(this.#parts.orderFor(claim, token));
    this.#parts.say(`Leading with ticket ${ticket}, starting the program`);
    const killGuard = () => this.#guards.kill();
    const run = new ProgramRun(guarded, claim, token, { ...this.#parts, killGuard });
    this.#run = run;
    run.ended.then((end) => this.#programEnded(run, end));
  }

  #programEnded(run: ProgramRun, end: RunEnd): void {
    if (end.kind === "lost" || end.kind === "unsure") {
      // What the guard has not done, this client does as far as it can, and it keeps the seat.
      void run.killLeftBehind();
      return this.#finish({ kind: "unsure", why: "" });
    }
    this.#run = undefined;
    // Nothing of the program is left: the next client need not wait for the lease of a seat that was taken away.
    if (run.token !== undefined && !this.#leadership.holds(run.ticket)) {
      const { release, times } = this.#parts;
      this.#releasing = release(run.token, times.leaseMs);
    }
    const hasEndedByItself = end.kind === "ended" && !run.isStopping;
    const isEnding = hasEndedByItself || this.#maxWait.isSet || this.#intent === "end";
    this.#notices.programEnded(end, isEnding);
    if (hasEndedByItself) return this.#finish(end);
    if (this.#maxWait.isSet) return this.#finish(this.#maxWait.endAfterStop);
    this.#reconsider();
  }

  /** False when it is not known to have ended within its time; then this client is about to end. */
  async #stopProgram(): Promise<boolean> {
    const end = await this.#run?.stop();
    return end === undefined || end.kind === "ended" || end.kind === "stopped";
  }

  async #endUnsure(): Promise<LeadEnd> {
    const became = await this.#run?.killLeftBehind();
    return {
      kind: "unsure",
      why: `Guard ended early: ${became}; keeping the seat until the lease expires`,
    };
  }

  #checkLease(): void {
    const granted = this.#leadership.shortLeaseMs;
    if (granted !== undefined) this.#finish({ kind: "unfit", why: shortLease(granted, this.#parts.times) });
  }

  #finish(end: LeadEnd): void {
    this.#intent = "end";
    this.#end.resolve(end);
  }
}
