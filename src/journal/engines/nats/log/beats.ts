// Beats show that a node is in touch with the log. One whose newest beat has not come back in time is suspended: others may
// have given it up. What counts is when a beat was sent, not when it came back.

import type { Clock } from "../../../../time/mod.ts";

/** Between two beats. */
const BEAT_MS = 500;
/** Without an answer, a beat counts as lost after this, and another one is sent. */
const LOST_MS = 1_000;
/** A node is suspended this long after it has sent the newest beat that was applied. */
export const SUSPEND_MS = 1_500;

export interface BeatsPort {
  readonly clock: Clock;
  isConnected(): boolean;
  /** The next beat, which is sent once, without another attempt. It may be applied while it is being sent. */
  next(): { readonly id: string; readonly send: () => void };
  changed(isSuspended: boolean): void;
  /** Called every {@linkcode BEAT_MS} while suspended and connected. */
  suspendedStill(): void;
}

export class Beats {
  readonly #port: BeatsPort;
  /** Beats that were not applied yet, oldest first. `number`: 1 for the first that was sent, and so on. */
  readonly #sent = new Map<string, { readonly number: number; readonly at: number }>();
  #sentCount = 0;
  /** Each waits for a beat with a higher number than `after`. */
  #echoes: { readonly after: number; readonly callback: () => void }[] = [];
  #lastSentAt = -Infinity;
  #newestAppliedAt = -Infinity;
  /** What was reported last; see {@linkcode isSuspended} for what is. */
  #wasSuspended = true;
  #isRunning = false;
  #cancelBeat: (() => void) | undefined;
  #cancelCheck: (() => void) | undefined;

  constructor(port: BeatsPort) {
    this.#port = port;
  }

  /** Always current, also directly after the process was stopped for a while. */
  get isSuspended(): boolean {
    return this.#port.clock.now() - this.#newestAppliedAt > SUSPEND_MS;
  }

  start(): void {
    this.#isRunning = true;
    this.#tick();
  }

  stop(): void {
    this.#isRunning = false;
    this.#cancelBeat?.();
    this.#cancelCheck?.();
  }

  /** Sends a beat if one is due, for example because the connection is back. */
  hurry(): void {
    if (this.#isRunning && this.#port.clock.now() - this.#lastSentAt >= BEAT_MS) this.#tick();
  }

  /** Beats that were sent before do not count any more. */
  forget(): void {
    this.#sent.clear();
    this.#echoes = [];
    this.#lastSentAt = -Infinity;
    this.#newestAppliedAt = -Infinity;
    this.#check();
  }

  /** Calls back when a beat that is sent after this call has been applied; never after {@linkcode forget}. */
  whenEchoed(callback: () => void): void {
    this.#echoes.push({ after: this.#sentCount, callback });
  }

  /** To be called with each applied record of any author. */
  applied(id: string): void {
    const beat = this.#sent.get(id);
    if (beat === undefined) return;
    for (const older of this.#sent.keys()) {
      this.#sent.delete(older);
      if (older === id) break;
    }
    // A caller that depends on it must learn of a suspension that was not noticed yet.
    this.#check();
    this.#newestAppliedAt = beat.at;
    this.#check();
    this.#echo(beat.number);
  }

  #echo(number: number): void {
    const waiting = this.#echoes;
    this.#echoes = waiting.filter(({ after }) => after >= number);
    for (const { after, callback } of waiting) if (after < number) callback();
  }

  #tick(): void {
    this.#cancelBeat?.();
    if (!this.#isRunning) return;
    this.#cancelBeat = this.#port.clock.after(BEAT_MS, () => this.#tick());
    if (!this.#port.isConnected()) return;
    const now = this.#port.clock.now();
    const isOutstanding = this.#sent.size > 0 && now - this.#lastSentAt < LOST_MS;
    if (!isOutstanding) {
      const { id, send } = this.#port.next();
      this.#sent.set(id, { number: ++this.#sentCount, at: now });
      this.#lastSentAt = now;
      send();
    }
    if (this.isSuspended) this.#port.suspendedStill();
  }

  #check(): void {
    this.#cancelCheck?.();
    this.#cancelCheck = undefined;
    const { isSuspended } = this;
    if (!isSuspended) {
      const { clock } = this.#port;
      const leftMs = this.#newestAppliedAt + SUSPEND_MS - clock.now();
      this.#cancelCheck = clock.after(Math.floor(leftMs) + 1, () => this.#check());
    }
    if (isSuspended === this.#wasSuspended) return;
    this.#wasSuspended = isSuspended;
    this.#port.changed(isSuspended);
  }
}
