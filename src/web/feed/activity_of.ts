// A log event as an entry of the page's list of what happened.

import { type ClientRef, eventText, levelOf, type ServerEvent } from "../../log/mod.ts";
import { formatAddress } from "../../server/connection/mod.ts";
import type { Activity, ActivityClient } from "../messages/mod.ts";
import type { SeenEvent } from "./seen_events.ts";

/** A text about the server is not longer than this. */
const MAX_TEXT_LENGTH = 500;

export function activityOf({ id, at, event }: SeenEvent): Activity {
  switch (event.event) {
    case "command_accepted": {
      const { command, args, executors, count, run } = event;
      return { id, at, kind: "command", by: clientOf(event), command, args, executors, count, run };
    }
    case "command_refused": {
      const { command, args, reason, message } = event;
      return { id, at, kind: "refused", by: clientOf(event), command, args, reason, message };
    }
    case "run_ended": {
      const { run, command, counts, not_ok: failures, ms } = event;
      return { id, at, kind: "run", run, command, counts, failures, ms };
    }
    case "client_seated":
      return { id, at, kind: "joined", client: clientOf(event) };
    case "client_named":
      return { id, at, kind: "named", client: clientOf(event) };
    case "client_back":
      return { id, at, kind: "back", client: clientOf(event) };
    case "client_yielded":
      return { id, at, kind: "yielded", client: clientOf(event) };
    case "client_raised":
      return { id, at, kind: "raised", client: clientOf(event) };
    case "client_away":
      return { id, at, kind: "away", client: clientOf(event), reason: event.reason, keepMs: event.keep_ms };
    case "client_left":
      return { id, at, kind: "left", client: clientOf(event), reason: event.reason };
    case "client_evicted":
      return { id, at, kind: "evicted", client: clientOf(event), by: event.by };
    case "client_refused":
    case "client_turned_away":
      return { id, at, kind: "turned_away", client: clientOf(event), reason: event.reason };
    case "login_refused":
      return { id, at, kind: "turned_away", client: clientOf(event), reason: "unauthenticated" };
    default:
      return { id, at, kind: "server", level: levelOf(event), text: shortText(event) };
  }
}

function shortText(event: ServerEvent): string {
  const text = eventText(event);
  return text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}…` : text;
}

type ClientEvent = ClientRef & { readonly rank?: number; readonly ticket?: number };

function clientOf({ ip, port, name, rank, ticket }: ClientEvent): ActivityClient {
  return { address: formatAddress(ip, port), name, rank, ticket };
}
