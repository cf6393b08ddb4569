// Whether there is a seat: what is to be sent before that waits.

import type { ClientEvent } from "../session/mod.ts";

/** Commands that come before the welcome wait here until there is a seat. */
export class SeatGate {
  #state: "waiting" | "seated" | "over" = "waiting";
  #waiting: ((isSeated: boolean) => void)[] = [];

  /** Whether there is a seat; waits while one may still come. */
  isSeated(): Promise<boolean> {
    if (this.#state !== "waiting") return Promise.resolve(this.#state === "seated");
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Takes every event of the session. */
  note(event: ClientEvent): void {
    if (event.kind === "welcome") this.#settle("seated");
    if (event.kind === "disconnected" && this.#state === "seated") this.#state = "waiting";
  }

  /** The session has ended: there will be no seat. */
  end(): void {
    this.#settle("over");
  }

  #settle(state: "seated" | "over"): void {
    this.#state = state;
    for (const resolve of this.#waiting.splice(0)) resolve(state === "seated");
  }
}
