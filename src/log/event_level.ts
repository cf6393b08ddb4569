// How serious each event is.

import type { ServerEvent } from "./server_event.ts";

export type Level = "info" | "warning" | "error";

export function levelOf(event: ServerEvent): Level {
  switch (event.event) {
    case "fault":
    case "cluster_fault":
    case "reload_failed":
    case "journal_failed":
    case "audit_failed":
      return "error";
    case "accept_failed":
    case "exposed":
    case "foreign_protocol":
    case "handshake_failed":
    case "client_rate_limited":
    case "client_turned_away":
    case "cluster_suspended":
    case "cluster_unreachable":
    case "commands_dropped":
    case "config_differs":
    case "config_warning":
    case "lines_dropped":
    case "login_refused":
    case "node_fenced":
    case "node_renewed":
    case "raise_cancelled":
      return "warning";
    default:
      return "info";
  }
}
