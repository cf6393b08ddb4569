// The last resort: what is thrown into the event loop, by the runtime's own code or because of a mistake in ours, ends a
// program. A server would take all its members with it: it reports the fault instead, and goes on.

import { type Report, visible } from "../../log/mod.ts";

/** @returns what ends it: faults end the program again. */
export function reportUncaughtErrors(report: Report): Disposable {
  const ending = new AbortController();
  const tell = (event: Event, reason: unknown) => {
    event.preventDefault();
    report({ event: "fault", where: "the event loop", message: visible(String(reason)) });
  };
  const { signal } = ending;
  addEventListener("error", (event) => tell(event, event.error), { signal });
  addEventListener("unhandledrejection", (event) => tell(event, event.reason), { signal });
  return { [Symbol.dispose]: () => ending.abort() };
}
