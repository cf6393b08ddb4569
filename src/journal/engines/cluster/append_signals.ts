// What ends appends before they are done.

import { AppendRefused } from "./append_refused.ts";

export class AppendSignals {
  #named = new AbortController();
  #inTouch = new AbortController();

  /** Aborted when the node takes another name. */
  get named(): AbortSignal {
    return this.#named.signal;
  }

  /** Also aborted when the node is suspended. */
  get inTouch(): AbortSignal {
    return this.#inTouch.signal;
  }

  suspended(): void {
    this.#inTouch.abort(new AppendRefused("suspended"));
    this.#inTouch = new AbortController();
  }

  nameEnded(why: "fenced" | "suspended"): void {
    this.#named.abort(new AppendRefused(why));
    this.#inTouch.abort(new AppendRefused(why));
    this.#named = new AbortController();
    this.#inTouch = new AbortController();
  }
}
