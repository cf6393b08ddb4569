// An uncaught error, of the runtime or of our own code, ends a program, and a server would take all its members with it.
// It reports the error instead and keeps running.

import type { Report } from "../../log/mod.ts";
import { visible } from "../../words/mod.ts";

/** @returns a handle; once disposed, uncaught errors end the program again. */
export function reportUncaughtErrors(report: Report): Disposable {
  const ending = new AbortController();
  const handle = (event: Event, reason: unknown) => {
    event.preventDefault();
    report({ event: "fault", where: "the event loop", message: visible(String(reason)) });
  };
  const { signal } = ending;
  addEventListener("error", (event) => handle(event, event.error), { signal });
  addEventListener("unhandledrejection", (event) => handle(event, event.reason), { signal });
  return { [Symbol.dispose]: () => ending.abort() };
}
