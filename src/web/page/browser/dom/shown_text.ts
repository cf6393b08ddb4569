// Text of others as the page shows it: what would turn the reading direction, or is a control character, is visible as an
// escape, as in the log. Everything that the page shows passes through here.

import { visible } from "../../../../words/mod.ts";

/** In one line. */
export function shownText(text: string): string {
  return visible(text);
}

/** The same, in several lines and with tabs: the output of programs. */
export function shownLines(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(/[^\n\t]+/g, (part) => visible(part));
}
