// The prompt: always the place that we hold now.

import type { OwnPlace } from "../../session/mod.ts";

/** "rank 1 of 4> ", or "offline> " while there is no seat. */
export function promptText(place: Pick<OwnPlace, "rank" | "members"> | undefined): string {
  // Our own rank may be newer than the count: there are at least as many as it says.
  return place === undefined
    ? "offline> "
    : `rank ${place.rank} of ${Math.max(place.members, place.rank + 1)}> `;
}
