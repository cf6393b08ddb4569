// The answers that a text session gets to what was typed, as plain lines.

import { count, visible } from "../../words/mod.ts";
import {
  type DryRunSummary,
  type DryRunTarget,
  type Face,
  type Roster,
  type RunCounts,
  type RunResult,
  slashHelp,
  type Status,
  STATUSES,
} from "../methods/mod.ts";

/** The help of a text session. */
export const HELP_LINES = `Type a command and its arguments to send it to the clients below you:
  uptime                   to all clients below you
  @2,3 restart nginx       to ranks 2 and 3 (also @4-7, @4-, @all); quotes keep spaces together
  @web-3 restart nginx     to the client with that name, or by @ticket:12
${slashHelpLines("server")}
`;

/** The words with a slash that can be typed at `face`, for its help. */
export function slashHelpLines(face: Face): string {
  return slashHelp(face).map(({ usage, help }) => `  ${usage.padEnd(23)}  ${help}`).join("\n");
}

/** Whether arrivals and departures are shown from now on. */
export function watchText(isOn: boolean): string {
  return `Clients that join and leave are ${isOn ? "shown" : "not shown"} from now on`;
}

/** One executor's part of a run: its status, then its output, indented. */
export function resultLines(result: RunResult): string {
  const ended = result.signal ??
    (result.code === undefined || result.code === 0 ? undefined : `exit code ${result.code}`);
  const how = [ended, result.reason, result.cut === true ? "output truncated" : undefined]
    .filter((part) => part !== undefined).map((part) => visible(part));
  const detail = how.length > 0 ? ` (${how.join("; ")})` : "";
  return `Rank ${result.rank} (${visible(result.name)}): ${result.status}${detail}\n` +
    indented(result.stdout, "  ") + indented(result.stderr, "  ! ");
}

/** The end of a run: how many of which status. */
export function summaryLine(command: string, summary: RunCounts): string {
  const counts = STATUSES.filter((status) => summary[status] > 0).map((status) =>
    `${summary[status]} ${inWords(status)}`
  );
  return `${visible(command)} ended for ${count(summary.executors, "executor")}: ${counts.join(", ")}\n`;
}

/** What would become of a command: the verdict, then every target with the rule that refuses it, if one does. */
export function dryRunLines(
  command: string,
  { accepted, executors, results, message }: DryRunSummary,
): string {
  const verdict = accepted ? `would be sent to ${executors}` : `would be refused: ${visible(message ?? "")}`;
  const rows = results.map((target) => {
    return `${targetText(target)}: ${
      target.would_run ? "would receive it" : `refused: ${visible(target.message ?? "")}`
    }\n`;
  });
  return `${visible(command)} ${verdict}\n${rows.join("")}`;
}

/** "Rank 2 (web-3)"; where there is no such member, what was named. */
function targetText({ rank, ticket, name }: DryRunTarget): string {
  const shown = name === undefined ? "" : visible(name);
  if (rank === undefined) return ticket === undefined ? `Name ${shown}` : `Ticket ${ticket}`;
  return `Rank ${rank}${shown === "" ? "" : ` (${shown})`}`;
}

/** The roster as a table, the reader's own line marked. @param ago turns a time of the roster into "3 min ago" */
export function rosterLines(roster: Roster, ago: (time: string) => string): string {
  const names = roster.members.map((member) => visible(member.name));
  const width = names.reduce((longest, name) => Math.max(longest, name.length), 4);
  const rows = roster.members.map((member, index) =>
    `${member.rank === roster.you ? ">" : " "} ${String(member.rank).padStart(5)}  ${
      names[index]!.padEnd(width)
    }  ` +
    `${visible(member.address)}  connected ${ago(member.since)}${
      member.lease_ms === undefined ? "" : `  lease ${member.lease_ms} ms`
    }` +
    `${member.away === true ? "  (away)" : ""}\n`
  );
  return `${roster.members.length} of ${
    count(roster.capacity, "seat is", "seats are")
  } taken (epoch ${roster.epoch}):\n${rows.join("")}`;
}

function inWords(status: Status): string {
  return status.replace("_", " ");
}

function indented(output: string | undefined, by: string): string {
  if (output === undefined || output === "") return "";
  return output.replace(/\n$/, "").split("\n").map((line) => `${by}${visible(line)}\n`).join("");
}
