// Answers as plain lines for standard output, in the words that a text session with the server uses.

import { dryRunLines, resultLines, rosterLines, summaryLine } from "../protocol/text_lines.ts";
import type { Answered } from "./asked.ts";
import { errorLine } from "./event_lines.ts";

/** Lines with their ends but the last; results in rank order, whatever the order in which they came. */
export function answerText(answered: Answered): string {
  switch (answered.kind) {
    case "run": {
      const results = [...answered.summary.results].sort((a, b) => a.rank - b.rank);
      return trimEnd(results.map(resultLines).join("") + summaryLine(answered.command, answered.summary));
    }
    case "dry_run":
      return trimEnd(dryRunLines(answered.command, answered.summary));
    case "roster":
      return trimEnd(rosterLines(answered.roster));
    case "yield":
      return `Now rank ${answered.place.rank} (ticket ${answered.place.ticket})`;
    case "status": {
      const { seated, rank, ticket, epoch } = answered.status;
      return seated ? `Rank ${rank} (ticket ${ticket}, epoch ${epoch})` : "Not connected";
    }
    case "watch":
      return answered.on ? "Arrivals and departures are told" : "Arrivals and departures are not told";
    case "error":
      return errorLine(answered.error);
  }
}

function trimEnd(lines: string): string {
  return lines.replace(/\n$/, "");
}
