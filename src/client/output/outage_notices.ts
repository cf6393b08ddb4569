// Which events of an outage people are shown: a client that is without a server tries again and again, and each attempt
// would say the same.

import { DENO_CLOCK } from "../../time/mod.ts";
import type { ClientEvent } from "../session/mod.ts";

/** While an outage lasts, one attempt in this time is shown, or one at each of several addresses. */
const INTERVAL_MS = 60_000;

export class OutageNotices {
  readonly #now: () => number;
  /** `undefined`: there is no outage. */
  #quietUntilMs: number | undefined;

  /** @param now in ms, never set back. */
  constructor(now = () => DENO_CLOCK.now().running) {
    this.#now = now;
  }

  /** Takes every event, in order. @returns whether to show it. */
  shows(event: ClientEvent): boolean {
    const isQuiet = this.#now() < (this.#quietUntilMs ?? -Infinity);
    switch (event.kind) {
      case "connected":
      case "closing":
      case "refused":
        return !isQuiet;
      case "disconnected":
        // The last attempt has to be shown.
        if (event.retryInMs === undefined) return true;
        // Of several addresses, each is shown until all have been tried.
        if (!isQuiet && event.next === undefined) this.#quietUntilMs = this.#now() + INTERVAL_MS;
        return !isQuiet;
      case "welcome":
      case "waiting":
        this.#quietUntilMs = undefined;
        return true;
      default:
        return true;
    }
  }
}
