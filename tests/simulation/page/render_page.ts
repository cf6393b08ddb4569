// Renders a self-contained HTML page that plays a trace. It needs no other file, so it can be attached to a report.

import type { TraceEvent } from "../trace.ts";
import page from "./page.html" with { type: "text" };

export interface PageInput {
  readonly seed: number;
  readonly events: readonly TraceEvent[];
  readonly simulatedMs: number;
  readonly violation?:
    | { readonly at: number; readonly guarantee: string; readonly message: string }
    | undefined;
  /** The names of the clients. */
  readonly clients: readonly string[];
}

/** A JSON string, so that the page is valid without a trace, too. */
const PLACEHOLDER = '"TRACE"';

export function renderPage({ seed, events, simulatedMs, violation, clients }: PageInput): string {
  // In a script element, "<" may begin an end tag or a comment.
  const json = JSON.stringify({ seed, events, simulatedMs, violation, clients }).replaceAll("<", "\\u003c");
  // A function, because a replacement string gives "$&" and others a meaning.
  return page.replace(PLACEHOLDER, () => json);
}
