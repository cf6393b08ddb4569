// Makes one HTML file that plays a trace. It needs nothing else, so that it can be kept beside a report and opened anywhere.

import type { TraceEvent } from "../trace.ts";
import page from "./page.html" with { type: "text" };

export interface PageInput {
  readonly seed: number;
  readonly events: readonly TraceEvent[];
  readonly simulatedMs: number;
  readonly violation?:
    | { readonly at: number; readonly guarantee: string; readonly message: string }
    | undefined;
  /** Their names. */
  readonly clients: readonly string[];
}

/** In quotes, so that the page without a trace is well-formed too. */
const PLACEHOLDER = '"TRACE"';

export function renderPage({ seed, events, simulatedMs, violation, clients }: PageInput): string {
  // Within a script, only "<" could begin something else than JSON: its end, or a comment.
  const json = JSON.stringify({ seed, events, simulatedMs, violation, clients }).replaceAll("<", "\\u003c");
  // A function, because "$&" and its like mean something in a text.
  return page.replace(PLACEHOLDER, () => json);
}
