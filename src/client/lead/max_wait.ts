// --max-wait: ends a client that does not lead in time, and tells whether it was in line at all. Scripts rely on the
// difference: another client does the job, or the server could not be reached.

import type { ClientEvent } from "../session/mod.ts";
import type { LeadEnd } from "./lead_parts.ts";

export class MaxWait {
  /** Absent: this client waits forever. */
  readonly #ms: number | undefined;
  #wasInLine = false;
  #reason = "no answer from the server";

  constructor(ms: number | undefined) {
    this.#ms = ms;
  }

  /** Whether the program is started once at most. */
  get isSet(): boolean {
    return this.#ms !== undefined;
  }

  /** Takes every event. */
  note(event: ClientEvent): void {
    if (event.kind === "welcome" || event.kind === "waiting") this.#wasInLine = true;
    if (event.kind === "disconnected") this.#reason = event.why;
  }

  /** @returns cancels it */
  start(after: (ms: number, callback: () => void) => () => void, onOver: () => void): () => void {
    return this.#ms === undefined ? () => {} : after(this.#ms, onOver);
  }

  /** How a client ends whose program was stopped. */
  get endAfterStop(): LeadEnd {
    return { kind: "waited", why: "The program was stopped; with --max-wait it is started only once" };
  }

  /** How a client ends that does not lead when the time is over. */
  get end(): LeadEnd {
    const limit = `within ${this.#ms} ms (--max-wait)`;
    return this.#wasInLine
      ? { kind: "waited", why: `Did not reach rank 0 ${limit}` }
      : { kind: "unreached", why: `Did not get in line ${limit}: ${this.#reason}` };
  }
}
