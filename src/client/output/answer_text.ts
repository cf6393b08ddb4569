// Answers as plain lines for standard output, in the words that a text session with the server uses.

import {
  commandLines,
  dryRunLines,
  resultLines,
  rosterLines,
  summaryLine,
  watchText,
} from "../../protocol/text/mod.ts";
import { normalizeName } from "../../rules/mod.ts";
import { agoText, agoTextOf, DENO_CLOCK } from "../../time/mod.ts";
import { visible } from "../../words/mod.ts";
import type { ClientResponse, ClientStatus } from "../requests/mod.ts";
import { errorLine } from "./event_lines.ts";

/** After `/name`. @param name as it was typed; the server keeps it in its normal form. */
export function renamedText(name: string): string {
  return `Your name is now "${visible(normalizeName(name) ?? name)}"`;
}

/** Lines without the last line ending, with times as before `now`, in ms since 1970; results in rank order, whatever the order in which they arrived. */
export function answerText(answered: ClientResponse, now = DENO_CLOCK.now().wall): string {
  switch (answered.kind) {
    case "run": {
      const results = [...answered.summary.results].sort((a, b) => a.rank - b.rank);
      return trimEnd(results.map(resultLines).join("") + summaryLine(answered.command, answered.summary));
    }
    case "dry_run":
      return trimEnd(dryRunLines(answered.command, answered.summary));
    case "roster":
      return trimEnd(rosterLines(answered.roster, (time) => agoTextOf(time, now)));
    case "commands":
      return trimEnd(commandLines(answered.commands));
    case "yield":
      return `Now rank ${answered.place.rank} (ticket ${answered.place.ticket})`;
    case "status":
      return statusText(answered.status, now);
    case "watch":
      return watchText(answered.on);
    case "error":
      return errorLine(answered.error);
  }
}

function statusText({ seated, rank, ticket, epoch, lead }: ClientStatus, now: number): string {
  const place = seated ? `Rank ${rank} (ticket ${ticket}, epoch ${epoch})` : "Not connected";
  if (lead === undefined) return place;
  const { program } = lead;
  if (program === undefined) return `${place}\nFollowing; no program is running${whyNot(rank, lead)}`;
  const pid = program.pid === undefined ? "" : `, process ${program.pid}`;
  const started = agoText(now - program.since);
  return `${place}\nLeading; the program started ${started} (ticket ${program.ticket}${pid})`;
}

/** Why a client that follows does not lead, where it is not its rank alone. */
function whyNot(
  rank: number | undefined,
  { lead_after_ms, rank_0_has_lease }: NonNullable<ClientStatus["lead"]>,
): string {
  if (lead_after_ms !== undefined) {
    const seconds = `${Math.ceil(lead_after_ms / 1_000)} s`;
    return rank === 0 ? `: leads in ${seconds}` : `: no client leads for ${seconds} yet`;
  }
  return rank_0_has_lease === false ? ": rank 0 has no lease and cannot lead" : "";
}

function trimEnd(lines: string): string {
  return lines.replace(/\n$/, "");
}
