// The stream of events of the server. The browser reconnects by itself; each connection begins with a snapshot. A page that
// is not visible has none: a browser has at most six connections to a server, and a seventh tab could not even be loaded.

import type { Activity, Changes, ChartPoint, Snapshot } from "../../../messages/mod.ts";

/** Whether the page shows what is: `live`, or out of date because there is no connection; `full`: too many pages are open. */
export type FeedState = "connecting" | "live" | "lost" | "full";

export interface FeedHandlers {
  onState(state: FeedState): void;
  onSnapshot(snapshot: Snapshot): void;
  onChanges(changes: Changes): void;
  onActivity(entries: readonly Activity[]): void;
  onChart(point: ChartPoint): void;
  /** The server ended the stream for good, such as after the token was revoked. */
  onEnd(): void;
}

/** Waits before it asks again, where the browser does not. */
const RETRY_MS = 3_000;

export class EventFeed {
  readonly #handlers: FeedHandlers;
  #source: EventSource | undefined;
  #isOpen = false;

  constructor(handlers: FeedHandlers) {
    this.#handlers = handlers;
    document.addEventListener("visibilitychange", () => {
      if (this.#isOpen) this.#connect();
    });
  }

  /** Connects whenever the page is visible. */
  open(): void {
    this.#isOpen = true;
    this.#connect();
  }

  #connect(): void {
    this.#source?.close();
    this.#source = undefined;
    const { onState, onSnapshot, onChanges, onActivity, onChart, onEnd } = this.#handlers;
    onState("connecting");
    if (document.hidden) return;
    const source = new EventSource("events");
    this.#source = source;
    const on = <Data>(name: string, handle: (data: Data) => void) =>
      source.addEventListener(name, ({ data }: MessageEvent<string>) => handle(JSON.parse(data)));
    on<Snapshot>("snapshot", (snapshot) => {
      onState("live");
      onSnapshot(snapshot);
    });
    on("changes", onChanges);
    on("activity", onActivity);
    on("chart", onChart);
    source.addEventListener("error", () => {
      if (this.#source !== source) return;
      onState("lost");
      // The answer was not a stream: the browser does not try again.
      if (source.readyState === EventSource.CLOSED) {
        setTimeout(() => this.#source === source && onEnd(), RETRY_MS);
      }
    });
  }
}
