// One line for each entry of the audit.

import type { AuditClient, AuditCommand, AuditEntry } from "../../../journal/mod.ts";
import { count as counted, quoted } from "../../../words/mod.ts";

type NameOf = (ticket: number) => string | undefined;
type Run = Extract<AuditEntry, { readonly kind: "run" }>;

/** How many executors of a run are named because they failed. */
const MAX_NAMED = 10;

/** @param count for how many the entry stands. @param nameOf the name of a client */
export function entryText(entry: AuditEntry, count: number, nameOf: NameOf): string {
  return `${textOf(entry, count, nameOf)}${count === 1 || entry.kind === "lost" ? "" : ` (${count} times)`}`;
}

function textOf(entry: AuditEntry, count: number, nameOf: NameOf): string {
  switch (entry.kind) {
    case "run":
      return `${client(entry.by)} ran ${commandText(entry)} on ${
        counted(entry.executors.length, "client")
      }, ` +
        `run ${entry.run}: ${outcomes(entry, nameOf)} after ${entry.ms} ms`;
    case "command":
      return `${client(entry.by)} sent ${commandText(entry)} to ${counted(entry.executors, "client")}`;
    case "refusal":
      return `${client(entry.by)} sent ${commandText(entry)}, refused: ${entry.reason}${
        entry.message === undefined ? "" : ` (${entry.message.replaceAll("'", "\\'")})`
      }`;
    case "login":
      return `${client(entry)} logged in with token ${quoted(entry.identity)}`;
    case "login_failure":
      return `${client(entry)} login failed: ${entry.message}`;
    case "eviction":
      return `${client(entry.who)} evicted by ${entry.by === undefined ? "the operator" : client(entry.by)}${
        entry.keepMs === 0 ? "" : `; seat stays empty for ${entry.keepMs} ms`
      }`;
    case "raise":
      return `${client(entry.who)} raised to rank 0 by the operator: ${
        counted(entry.above, "client")
      } above moved to the end`;
    case "reload":
      return `Configuration reloaded: ${list(entry.changed) ?? "no changes"}${
        entry.needsRestart.length === 0 ? "" : `; restart needed for ${list(entry.needsRestart)}`
      }`;
    case "reload_failure":
      return `Reload failed: ${entry.message}`;
    case "reload_request":
      return `${client(entry)} requested a reload`;
    case "tokens":
      return `Tokens replaced: ${counted(entry.tokens, "token")}, ${
        counted(entry.revoked, "connection")
      } closed`;
    case "server_start":
      return `Server ${entry.version} listens on ${entry.address}`;
    case "server_stop":
      return `Server shut down (${entry.signal})`;
    case "lost":
      return `${
        counted(count, "audit entry was", "audit entries were")
      } lost: the disk was full, or too many were waiting to be written`;
  }
}

function client({ ip, port, name, identity, ticket, rank }: Partial<AuditClient>): string {
  const who = name !== undefined ? quoted(name) : ip !== undefined ? `('${ip}', ${port})` : "without a name";
  const details = [
    ...(ticket === undefined ? [] : [`ticket ${ticket}`]),
    ...(identity === undefined ? [] : [`token ${quoted(identity)}`]),
  ];
  const shown = details.length === 0 ? "" : ` (${details.join(", ")})`;
  return `Client ${who}${shown}${rank === undefined ? "" : ` at rank ${rank}`}`;
}

function commandText({ command, args = [], argsOmitted, argsDiffer }: AuditCommand): string {
  const words = [command, ...args].map(quoted).join(" ");
  if (argsDiffer) return `${words} with other arguments`;
  return argsOmitted === undefined ? words : `${words} and ${counted(argsOmitted, "more argument")}`;
}

function outcomes({ counts, executors, statuses }: Run, nameOf: NameOf): string {
  const summary = Object.entries(counts).filter(([, n]) => n > 0).map(([status, n]) => `${n} ${status}`).join(
    ", ",
  );
  const failed = statuses.flatMap((status, index) => {
    if (status === "ok" || status === "delivered") return [];
    const ticket = executors[index]!;
    const name = nameOf(ticket);
    return [`${name === undefined ? "" : `${quoted(name)} `}(ticket ${ticket}) ${status}`];
  });
  if (failed.length === 0) return summary;
  const more = failed.length > MAX_NAMED ? ` and ${failed.length - MAX_NAMED} more` : "";
  return `${summary} [${failed.slice(0, MAX_NAMED).join(", ")}${more}]`;
}

function list(words: readonly string[]): string | undefined {
  return words.length === 0 ? undefined : words.join(", ");
}
