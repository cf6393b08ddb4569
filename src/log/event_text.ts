// One line of text for each event. Existing scripts rely on the wording of `listening` and `client_seated`.

import { count, quoted } from "../words/mod.ts";
import { clusterEventText } from "./cluster_event_text.ts";
import type { ClientRef, LoggedCommand, ServerEvent } from "./server_event.ts";

/** The line for an event, without the time and without a line ending. */
export function eventText(event: ServerEvent): string {
  switch (event.event) {
    case "listening":
      return `Server started listening on IP address: ${event.host} and port: ${event.port}`;
    case "client_seated":
      return `${unnamed(event)} assigned rank ${event.rank}`;
    case "client_refused":
      return `${client(event)} refused: all seats are taken (${event.capacity} of ${event.capacity})`;
    case "client_turned_away":
      return `${client(event)} refused: ${escaped(event.message)} (${event.reason})${
        sinceLast(event.count, "connection")
      }`;
    case "foreign_protocol":
      return `${client(event)} disconnected: spoke ${event.protocol}${sinceLast(event.count, "connection")}`;
    case "client_identified":
      return `${client(event)} logged in${event.page ? " to the page" : ""} with token ${
        quoted(event.identity)
      }`;
    case "login_refused":
      return `${client(event)} login${event.page ? " to the page" : ""} failed: ${escaped(event.message)}`;
    case "client_rate_limited":
      return `${client(event)} exceeded its rate limit: ${count(event.count, "request")} refused`;
    case "tokens_replaced":
      return `Tokens replaced: ${count(event.tokens, "token")}, ${count(event.revoked, "connection")} closed`;
    case "client_named":
      return `${unnamed(event)} at rank ${event.rank} is named ${quoted(event.name)}`;
    case "client_left":
      return `${client(event)} left rank ${event.rank}: ${event.reason}`;
    case "client_promoted":
      return `${client(event)} promoted from rank ${event.was} to rank ${event.rank}`;
    case "client_yielded":
      return `${client(event)} yielded rank ${event.was} and is now rank ${event.rank}`;
    case "client_raised":
      return `${client(event)} raised from rank ${event.was} to rank ${event.rank}: ` +
        `${count(event.above, "client")} above moved to the end`;
    case "raise_cancelled":
      return `${client(event)} was not raised to rank 0: it ${
        event.reason === "left" ? "has left or yielded" : "is disconnected"
      }`;
    case "yield_requested":
      return `${client(event)} at rank ${event.rank} must yield within ${event.within_ms} ms`;
    case "client_away":
      return `${client(event)} disconnected from rank ${event.rank}: ${event.reason}; ` +
        `seat reserved for ${event.keep_ms} ms`;
    case "client_back":
      return `${client(event)} resumed rank ${event.rank}`;
    case "client_waiting":
      return `${client(event)} is number ${event.position} in the waiting room`;
    case "seats_restored":
      return `${
        count(event.count, "seat")
      } restored from the journal, reserved for up to ${event.keep_ms} ms`;
    case "journal_opened":
      return openedText(event);
    case "journal_failed":
      return `Cannot write to the journal: ${event.message}`;
    case "audit_failed":
      return `Cannot write the audit: ${event.message}`;
    case "audit_recovered":
      return `Audit recovered: ${count(event.lost, "entry is", "entries are")} lost`;
    case "journal_recovered":
      return "Journal recovered: all records are written";
    case "client_evicted":
      return `${client(event)} evicted from rank ${event.rank} by ${evictor(event)}${
        event.keep_ms === 0 ? "" : `; seat stays empty for ${event.keep_ms} ms`
      }`;
    case "clients_promoted":
      return `${count(event.count, "client")} promoted, now ranks ${event.first} to ${event.last}`;
    case "command_accepted":
      return `${client(event)} at rank ${event.rank} sent ${commandText(event)}${times(event.count)} to ` +
        `${count(event.executors, "executor")}${event.run === undefined ? "" : `, run ${event.run}`}`;
    case "command_refused":
      return `${client(event)} at rank ${event.rank} sent ${commandText(event)}, refused: ` +
        `${event.reason}${inBrackets(event.message)}`;
    case "run_ended":
      return `Run ${event.run} (${quoted(event.command)}) ended after ${event.ms} ms: ${outcomes(event)}`;
    case "message_refused":
      return `${client(event)} sent ${count(event.count, "invalid message")}: ${event.reason}${
        inBrackets(event.message, event.messages_differ ? "first: " : "")
      }`;
    case "accept_failed":
      return `Cannot accept connections: ${event.message}; retrying in ${event.retry_ms} ms`;
    case "handshake_failed":
      return `${client(event)} TLS handshake failed: ${escaped(event.message)}${
        sinceLast(event.count, "handshake")
      }`;
    case "exposed":
      return `Warning: ${event.host} can be reached from other machines without ${
        missing(event)
      }; see docs/security.md`;
    case "config_warning":
      return `Warning: ${event.message}`;
    case "reloaded": {
      const { changed, needs_restart: restart } = event;
      return `Configuration reloaded: ${
        changed.length === 0 ? "no changes" : `changed ${changed.join(", ")}`
      }${restart.length === 0 ? "" : `; restart needed for ${restart.join(", ")}`}`;
    }
    case "page_opened":
      return `Page for browsers: ${event.address}`;
    case "reload_requested":
      return `${client(event)} requested a reload with token ${quoted(event.identity)}`;
    case "reload_failed":
      return `Reload failed, keeping the running configuration: ${event.message}`;
    case "fault":
      return `Internal error in ${event.where}: ${escaped(event.message)}`;
    case "lines_dropped":
      return `${count(event.count, "log line")} dropped: standard output was full or read too slowly`;
    case "draining":
      return `Shutting down (${event.signal}): ${count(event.members, "client")}, ${
        count(event.runs, "run")
      } in flight`;
    case "stopped":
      return "Server stopped";
    case "cluster_joined":
    case "cluster_unreachable":
    case "cluster_suspended":
    case "cluster_resumed":
    case "node_joined":
    case "node_left":
    case "node_fenced":
    case "node_renewed":
    case "config_differs":
    case "commands_dropped":
    case "cluster_fault":
      return clusterEventText(event);
  }
}

function openedText({ origin, path }: EventOf<"journal_opened">): string {
  switch (origin) {
    case "new":
      return `Created the journal '${path}'`;
    case "existing":
      return `Opened the journal '${path}'`;
    case "migrated":
      return `Migrated the store of an earlier version to the journal '${path}'`;
    case "backup":
      return `Opened the journal '${path}', a backup: all seats have new tickets`;
  }
}

function missing({ tokens, tls }: { readonly tokens: boolean; readonly tls: boolean }): string {
  if (tokens) return "TLS: traffic can be read and changed in transit";
  if (tls) return "tokens: anyone can take a seat";
  return "tokens and TLS: anyone can take a seat, and traffic can be read and changed in transit";
}

function client(ref: ClientRef): string {
  return ref.name === undefined ? unnamed(ref) : `Client ${quoted(ref.name)} ('${ref.ip}', ${ref.port})`;
}

function unnamed({ ip, port }: ClientRef): string {
  return `Client ('${ip}', ${port})`;
}

/** A message that may contain what a client sent: without quotes of its own, it cannot pass for the words of a line. */
function escaped(message: string): string {
  return message.replaceAll("'", "\\'");
}

function inBrackets(message: string | undefined, before = ""): string {
  return message === undefined ? "" : ` (${before}${escaped(message)})`;
}

type EventOf<Kind extends ServerEvent["event"]> = Extract<ServerEvent, { readonly event: Kind }>;

function evictor({ by, by_rank: rank, by_name: name }: EventOf<"client_evicted">): string {
  if (by === undefined) return "the operator";
  const client = name === undefined ? "a client" : `client ${quoted(name)}`;
  return `${client}${rank === undefined ? "" : ` at rank ${rank}`} with token ${quoted(by)}`;
}

/** Words in quotes, because neither spaces nor the words of the line itself must look like a part of the command. */
function commandText(
  { command, args = [], args_omitted: omitted, args_differ: differ }: LoggedCommand,
): string {
  const words = [command, ...args].map(quoted).join(" ");
  if (differ) return `${words} with other arguments`;
  return omitted === undefined ? words : `${words} and ${count(omitted, "more argument")}`;
}

function outcomes({ counts, not_ok: shown }: EventOf<"run_ended">): string {
  const all = Object.entries(counts).filter(([, n]) => n > 0);
  const summary = all.map(([status, n]) => `${n} ${status}`).join(", ");
  if (shown.length === 0) return summary;
  const total = all.reduce((sum, [status, n]) => isFine(status) ? sum : sum + n, 0);
  const list = shown.map(({ rank, name, status }) =>
    `rank ${rank}${name === undefined ? "" : ` ${quoted(name)}`} ${status}`
  );
  return `${summary}; ${list.join(", ")}${total > shown.length ? ` and ${total - shown.length} more` : ""}`;
}

/** Whether a status belongs to an executor that did what was asked of it. */
function isFine(status: string): boolean {
  return status === "ok" || status === "delivered";
}

function times(count: number): string {
  return count === 1 ? "" : ` ${count} times`;
}

function sinceLast(number: number, what: string): string {
  return number === 1 ? "" : `; ${count(number, what)} since the last such line`;
}
