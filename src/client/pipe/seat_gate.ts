// Lets wait until there is a seat: commands that come before the welcome are held back, not lost.

import type { ClientEvent } from "../session/mod.ts";

export class SeatGate {
  #state: "waiting" | "seated" | "over" = "waiting";
  #waiting: ((isSeated: boolean) => void)[] = [];

  /** Whether there is a seat; waits while one may still come. */
  isSeated(): Promise<boolean> {
    if (this.#state !== "waiting") return Promise.resolve(this.#state === "seated");
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** To be told every event. */
  note(event: ClientEvent): void {
    if (event.kind === "welcome") this.#tell("seated");
    if (event.kind === "disconnected" && this.#state === "seated") this.#state = "waiting";
  }

  /** No seat comes any more. */
  end(): void {
    this.#tell("over");
  }

  #tell(state: "seated" | "over"): void {
    this.#state = state;
    for (const resolve of this.#waiting.splice(0)) resolve(state === "seated");
  }
}
