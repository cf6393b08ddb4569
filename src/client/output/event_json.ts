// Events as JSON objects, one shape for each kind, as `rankclient --json` prints them and docs/client-output.md lists them.

import { visibleJson } from "../../words/mod.ts";
import type { ClientEvent } from "../session/mod.ts";

/** `event` names the kind; the rest is from the server's notification, or about this client. Absent is `undefined`. */
export function eventJson(event: ClientEvent): Record<string, unknown> {
  switch (event.kind) {
    case "connected":
      return { event: "connected", host: event.host, port: event.port, ip: event.ip };
    case "welcome": {
      const json = { event: "welcome", ...event.welcome, back: event.isBack };
      return event.at === undefined ? json : { ...json, at: event.at };
    }
    case "waiting":
      return { event: "waiting", ...event.waiting };
    case "seat_lost":
      return { event: "seat_lost", why: event.why };
    case "promoted":
      return { event: "promoted", ...event.promoted };
    case "yielded":
      return { event: "yielded", ...event.place };
    case "result":
      return { event: "result", ...event.result };
    case "roster_changed":
      return { event: "roster_changed", ...event.change };
    case "commands_changed":
      return { event: "commands_changed", commands: event.commands };
    case "yield_requested":
      return { event: "yield_requested", ...event.request };
    case "refused":
      return { event: "refused", ...event.refused };
    case "execute":
      return { event: "execute", id: event.id, ...event.execute };
    case "executed":
      return { event: "executed", id: event.id, ...event.execute, ...event.execution };
    case "cancel":
      return { event: "cancel", id: event.id };
    case "closing":
      return { event: "closing", ...event.closing };
    case "disconnected":
      return { event: "disconnected", why: event.why, retry_in_ms: event.retryInMs, next: event.next };
    case "missed":
      return { event: "missed", count: event.count };
  }
}

/** A line of output for programs, which a terminal can show too. */
export function jsonLine(value: unknown): string {
  return visibleJson(JSON.stringify(value));
}

/** What a client says of itself: why it ends, what may be wrong, how its program and its hook are. */
export const NOTICES = ["error", "warning", "lead", "hook"] as const;
/** One of {@linkcode NOTICES}. */
export type Notice = typeof NOTICES[number];

/** A line for standard error, from a message for people. */
export function noticeLine(event: Notice, message: string, isJson: boolean): string {
  return isJson ? jsonLine({ event, message }) : message;
}

/** The line that replaces events for which there was no room. */
export function missedLine(count: number): string {
  return jsonLine({ event: "missed", count });
}
