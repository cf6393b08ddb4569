// Runs a program while this client has rank 0 and can prove it. It decides when; the guard does it, and does it also when
// this process cannot decide any more. The server's word decides who is next, never a clock alone.

import { giveUpAfterMs, pingEveryMs, shortestLeaseMs } from "../rules/lease_times.ts";
import type { ClientEvent } from "./client_event.ts";
import type { RunningGuard } from "./guard_process.ts";
import type { LeadEnd, LeadParts } from "./lead_parts.ts";
import { type Claim, type Instant, Leadership } from "./leadership.ts";
import { Pulse } from "./pulse.ts";
import { notSent } from "./request_error.ts";
import { settlesWithin } from "./settles_within.ts";

type State =
  | { readonly kind: "following" }
  | {
    readonly kind: "leading" | "stopping";
    readonly guard: RunningGuard;
    readonly ticket: number;
    /** Of the seat with that ticket. */
    readonly token: string | undefined;
  };

export class Lead {
  readonly #parts: LeadParts;
  readonly #leadership: Leadership;
  readonly #pulse: Pulse;
  readonly #end = Promise.withResolvers<LeadEnd>();
  #state: State = { kind: "following" };
  /** Only who wants to lead starts a program. */
  #intent: "lead" | "yield" | "end" = "lead";
  #isConnected = false;
  #token: string | undefined;
  /** The ticket with which a wait was told. */
  #waitToldFor: number | undefined;
  #cancelRetry = () => {};
  /** What is being done for seats of before. */
  #releasing: Promise<void> = Promise.resolve();
  #killing: Promise<string> | undefined;

  constructor(parts: LeadParts) {
    this.#parts = parts;
    this.#leadership = new Leadership(parts.times);
    const { times, now, after } = parts;
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
    this.#state.guard.tell({ do: "keep_token", token });
  };

  /** Leads and follows until the program ends by itself or `signal` is aborted. Then no program runs any more. */
  async run(signal: AbortSignal): Promise<LeadEnd> {
    const onAbort = () => this.#finish({ kind: "asked" });
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    const end = await this.#end.promise;
    signal.removeEventListener("abort", onAbort);
    this.#cancelRetry();
    const isStopped = await this.#stopProgram();
    this.#pulse.stop();
    if (!isStopped) return await this.#endUnsure();
    await this.#releasing;
    if (!this.#isConnected && this.#token !== undefined) {
      await this.#parts.release(this.#token, this.#parts.leaveMs);
    }
    return end;
  }

  /** Hands rank 0 over: stops the program first. Resolves with the server's answer. */
  async yield(): Promise<unknown> {
    if (this.#intent === "lead") this.#intent = "yield";
    try {
      if (!await this.#stopProgram()) {
        throw notSent("closed", "Cannot yield: the program could not be stopped, and this client ends");
      }
      return await this.#parts.session().request("yield");
    } finally {
      if (this.#intent === "yield") this.#intent = "lead";
      this.#reconsider();
    }
  }

  #askAtOnce(): void {
    if (this.#isConnected && this.#intent !== "end") this.#pulse.beat();
  }

  #proven(sentAt: Instant, ticket: number | undefined): void {
    const { now } = this.#parts;
    this.#leadership.prove(ticket, sentAt);
    const claim = this.#leadership.claim(now());
    const state = this.#state;
    if (state.kind === "leading" && typeof claim === "object" && claim.ticket === state.ticket) {
      state.guard.tell({ do: "renew", goneBy: claim.goneBy });
    }
    this.#reconsider();
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
    const claim = this.#leadership.claim(this.#parts.now());
    if (typeof claim === "number") {
      this.#sayWait(claim);
      this.#cancelRetry = this.#parts.after(claim, () => this.#reconsider());
    } else if (claim !== undefined) this.#start(claim);
  }

  /** Once for each seat: whoever watches would wonder why nothing begins. */
  #sayWait(ms: number): void {
    const ticket = this.#leadership.provable;
    if (ticket === this.#waitToldFor) return;
    this.#waitToldFor = ticket;
    const seconds = (ms / 1_000).toFixed(1);
    this.#parts.say(
      `rank 0, but nobody may lead for ${seconds} s yet: the server has just started and may not know who led before`,
    );
  }

  #start(claim: Claim): void {
    const { ticket } = claim;
    let guard: RunningGuard;
    try {
      guard = this.#parts.startGuard(claim, this.#token);
    } catch (error) {
      const why = `cannot start a guard for the program: ${error instanceof Error ? error.message : error}`;
      return this.#finish({ kind: "unfit", why });
    }
    this.#parts.say(`leading, with ticket ${ticket}: the program is started`);
    this.#state = { kind: "leading", guard, ticket, token: this.#token };
    guard.ended.then((end) => this.#guardEnded(end));
  }

  #guardEnded(end: Awaited<RunningGuard["ended"]>): void {
    const state = this.#state;
    if (state.kind === "following") return;
    if (end.kind === "lost" || end.kind === "unsure") return this.#giveUp(state.ticket);
    this.#state = { kind: "following" };
    // Nothing of the program is left: whoever is next need not wait for the lease of a seat that was taken away.
    if (state.token !== undefined && !this.#leadership.holds(state.ticket)) {
      const { release, times } = this.#parts;
      this.#releasing = release(state.token, times.leaseMs);
    }
    if (end.kind === "ended" && state.kind !== "stopping") return this.#finish(end);
    this.#parts.say("following: the program has ended");
    this.#reconsider();
  }

  /** False when it is not known to have ended within its time; then this client is about to end. */
  async #stopProgram(): Promise<boolean> {
    const { times, guardEndMs } = this.#parts;
    const state = this.#state;
    if (state.kind === "following") return true;
    if (state.kind === "leading") {
      this.#state = { ...state, kind: "stopping" };
      state.guard.tell({ do: "stop" });
    }
    const hasEnded = await settlesWithin(state.guard.ended, times.killAfterMs + guardEndMs);
    // One that is stopped itself, for example, could go on later.
    if (!hasEnded) state.guard.kill();
    await state.guard.ended;
    return this.#state.kind === "following";
  }

  /** The guard has not done its work: what it can, this client does in its place, and keeps the seat. */
  #giveUp(ticket: number): void {
    this.#killing ??= this.#parts.killLeftBehind(ticket);
    this.#finish({ kind: "unsure", why: "" });
  }

  async #endUnsure(): Promise<LeadEnd> {
    const became = await this.#killing;
    return {
      kind: "unsure",
      why: `the guard of the program has ended early: ${became}; the seat is left to lapse`,
    };
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
