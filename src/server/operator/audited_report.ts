// Adds the log events about logins, evictions, raises, reloads, starts and stops to the audit. Commands and runs are added
// elsewhere, because their log events have no tickets.

import type { AuditEntry, AuditMember, AuditSink } from "../../journal/mod.ts";
import type { Report, ServerEvent } from "../../log/mod.ts";

/** A report that also adds to the audit. @param version of the program */
export function auditedReport(report: Report, audit: AuditSink, version: string): Report {
  return (event) => {
    report(event);
    const entry = entryOf(event, version);
    if (entry !== undefined) audit.note(entry);
  };
}

function entryOf(event: ServerEvent, version: string): AuditEntry | undefined {
  switch (event.event) {
    case "listening":
      return { kind: "server_start", version, address: `${event.host} port ${event.port}` };
    case "draining":
      return { kind: "server_stop", signal: event.signal };
    case "client_identified":
      return { kind: "login", ip: event.ip, port: event.port, identity: event.identity };
    case "login_refused": {
      const message = event.page ? `${event.message} (page)` : event.message;
      return { kind: "login_failure", ip: event.ip, port: event.port, message };
    }
    case "client_evicted": {
      const { by, by_rank: rank, by_name: name, keep_ms: keepMs } = event;
      const evictor = by === undefined ? undefined : { identity: by, rank, name };
      return { kind: "eviction", who: memberOf(event, event.rank), by: evictor, keepMs };
    }
    case "client_raised":
      return { kind: "raise", who: memberOf(event, event.was), above: event.above };
    case "reloaded":
      return { kind: "reload", changed: event.changed, needsRestart: event.needs_restart };
    case "reload_failed":
      return { kind: "reload_failure", message: event.message };
    case "reload_requested":
      return { kind: "reload_request", ip: event.ip, port: event.port, identity: event.identity };
    case "tokens_replaced":
      return { kind: "tokens", tokens: event.tokens, revoked: event.revoked };
    default:
      return undefined;
  }
}

function memberOf(
  { ip, port, name, ticket }: Omit<AuditMember, "rank">,
  rank: number,
): AuditMember {
  return { ip, port, name, ticket, rank };
}
