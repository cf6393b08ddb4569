// Asks the other end of a connection for a sign of life when nothing has come from it, and drops one that stays silent:
// a process that is stopped or hangs keeps its connections open forever.

import type { InstantClock } from "../../../time/mod.ts";
import { Pulse } from "./pulse.ts";

export interface HeartbeatBounds {
  /** Without a byte for so long, the other end is asked. */
  readonly heartbeatMs: number;
  /** Without a byte for so long after a ping, the connection is closed. */
  readonly silenceMs: number;
}

export interface HeartbeatParts {
  readonly bounds: HeartbeatBounds;
  readonly clock: InstantClock;
  /** Bytes that have come so far: while an answer is on its way behind others, the other end is there. */
  readonly bytesHeard: () => number;
  /** Asks the other end anything that it answers. */
  readonly ask: () => Promise<unknown>;
  /** @param silentMs since the last look that found new bytes, and no less than `heartbeatMs` + `silenceMs` */
  readonly giveUp: (silentMs: number) => void;
}

/** Time to read what came while this process was stopped itself, before the other end is judged. */
const READ_MS = 100;

export class Heartbeat {
  readonly #parts: HeartbeatParts;
  readonly #pulse: Pulse;
  #heardBefore = -1;
  /** On the running clock. */
  #heardAt = 0;
  #cancelJudging = () => {};

  constructor(parts: HeartbeatParts) {
    const { bounds, clock } = parts;
    this.#parts = parts;
    this.#pulse = new Pulse({
      ping: () => this.#hasHeard() ? Promise.resolve() : parts.ask(),
      now: () => clock.now(),
      after: (ms, callback) => clock.after(ms, callback),
      everyMs: () => bounds.heartbeatMs,
      giveUpAfterMs: () => bounds.silenceMs,
      mark: () => undefined,
      onAnswer: () => {},
      onSilence: () => this.#judge(),
    });
  }

  start(): void {
    this.#pulse.beat();
  }

  stop(): void {
    this.#cancelJudging();
    this.#pulse.stop();
  }

  /** Whether anything has come since the last beat. */
  #hasHeard(): boolean {
    const heard = this.#parts.bytesHeard();
    const hasHeard = heard !== this.#heardBefore;
    if (hasHeard) this.#heardAt = this.#parts.clock.now().running;
    this.#heardBefore = heard;
    return hasHeard;
  }

  #judge(): void {
    this.#pulse.stop();
    const silentMs = this.#parts.clock.now().running - this.#heardAt;
    this.#cancelJudging = this.#parts.clock.after(READ_MS, () => {
      if (this.#parts.bytesHeard() === this.#heardBefore) this.#parts.giveUp(silentMs);
      else this.#pulse.beat();
    });
  }
}
