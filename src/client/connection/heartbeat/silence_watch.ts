// Ends a connection on which the server says nothing: from the first moment, as what accepts connections on a wrong port
// may do, or later, as a server that is stopped does.

import { Heartbeat, type HeartbeatBounds } from "./heartbeat.ts";
import type { InstantClock } from "../../../time/mod.ts";

export interface SilenceBounds extends HeartbeatBounds {
  /** From the connection to the first line; without a heartbeat, to a seat or a place in the waiting room. */
  readonly firstLineMs: number;
}

export interface SilenceParts {
  readonly bounds: SilenceBounds;
  readonly clock: InstantClock;
  readonly bytesHeard: () => number;
  /** Absent: the caller looks after the connection, once there is a seat or a place in the waiting room. */
  readonly ping: (() => Promise<unknown>) | undefined;
  readonly giveUp: (why: string) => void;
}

export class SilenceWatch {
  readonly #heartbeat: Heartbeat | undefined;
  readonly #cancelFirst: () => void;
  #hasLine = false;

  /** Begins to wait for the first line. */
  constructor({ bounds, clock, bytesHeard, ping, giveUp }: SilenceParts) {
    this.#heartbeat = ping && new Heartbeat({
      bounds,
      clock,
      bytesHeard,
      ask: ping,
      giveUp: (ms) =>
        giveUp(
          `nothing received for ${
            Math.round(ms)
          } ms: the server is suspended or hangs, or the network is down`,
        ),
    });
    this.#cancelFirst = clock.after(bounds.firstLineMs, () =>
      giveUp(
        this.#hasLine
          ? `no answer to hello within ${bounds.firstLineMs} ms`
          : `no response within ${bounds.firstLineMs} ms: check that a rankserver listens on this port and is not ` +
            "stopped, and whether it needs --tls",
      ));
  }

  /** A line has come. */
  noteLine(): void {
    if (this.#hasLine) return;
    this.#hasLine = true;
    if (this.#heartbeat === undefined) return;
    this.#cancelFirst();
    this.#heartbeat.start();
  }

  /** The server has given a seat or a place in the waiting room. A server may delay its answer to hello on purpose. */
  noteGreeted(): void {
    this.#cancelFirst();
  }

  /** The connection has ended. */
  stop(): void {
    this.#cancelFirst();
    this.#heartbeat?.stop();
  }
}
