// The prompt: always the place that we hold now, and above it what Enter sends with the line.

import type { OwnPlace } from "../../session/mod.ts";
import { count } from "../../../words/mod.ts";

/** "rank 1 of 4> ", or "offline> " while there is no seat. */
export function promptText(place: Pick<OwnPlace, "rank" | "members"> | undefined): string {
  // Our own rank may be newer than the count: there are at least as many as it says.
  return place === undefined
    ? "offline> "
    : `rank ${place.rank} of ${Math.max(place.members, place.rank + 1)}> `;
}

/** Pasted lines that are shown; of more, the number is. */
const MAX_SHOWN_LINES = 5;

/** Rows for pasted lines that wait for Enter. */
export function pastedRows(lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const rows = lines.slice(0, MAX_SHOWN_LINES).map((line) => `pasted: ${line}`);
  if (lines.length > rows.length) rows.push(`and ${count(lines.length - rows.length, "more pasted line")}`);
  return [...rows, "Enter sends all lines, Ctrl-C drops them"];
}
