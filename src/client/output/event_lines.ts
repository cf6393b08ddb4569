// Events as lines for people: above the prompt of the terminal, on standard error of the pipe. Text that comes from
// others is made visible and bounded here.

import { count, visible } from "../../words/mod.ts";
import type { ErrorReason } from "../../protocol/json_rpc/mod.ts";
import type { Issuer, RosterChanged } from "../../protocol/methods/mod.ts";
import type { ClientEvent, ReachedAddress, RequestError } from "../session/mod.ts";
import { PLAIN, type Style } from "./screen_style.ts";

export interface EventLineOptions {
  readonly style?: Style;
  /** The name of a member that has left, where it is known: the server sends only its ticket. */
  readonly nameOf?: (ticket: number) => string | undefined;
}

/** Longest piece of text from others in one line, in UTF-16 code units. */
const MAX_TEXT_LENGTH = 1_000;
/** Up to this many arrivals get a line each; more are only counted. */
const MAX_NAMED_CHANGES = 5;

/** Lines without line endings; none for an event that people need not see. */
export function eventLines(event: ClientEvent, options: EventLineOptions = {}): string[] {
  const style = options.style ?? PLAIN;
  switch (event.kind) {
    case "connected":
      return [style.faint(`Connected to ${placeOf(event)}`)];
    case "welcome": {
      const { rank, members, capacity, ticket, commands } = event.welcome;
      const place = `${style.strong(`rank ${rank} of ${members}`)} (${
        count(capacity, "seat")
      }, ticket ${ticket})${event.at === undefined ? "" : ` at ${placeOf(event.at)}`}`;
      if (event.isBack) return [`Resumed ${place}`];
      return [
        `You are ${place}`,
        ...(commands.length > 0 ? [style.faint(`Commands: ${shown(commands.join(", "))}`)] : []),
      ];
    }
    case "waiting": {
      const { position } = event.waiting;
      return [style.notable(`All seats are taken; you are number ${position} in the waiting room`)];
    }
    case "seat_lost":
      return [style.notable(`The previous seat is lost: ${shown(event.why)}; this is a new one`)];
    case "promoted": {
      const { rank, was, members } = event.promoted;
      return [style.notable(`Promoted to rank ${rank} of ${members}, was rank ${was}`)];
    }
    case "yielded":
      return [style.notable(`Now rank ${event.place.rank}, the last one (ticket ${event.place.ticket})`)];
    case "result": {
      const { status, code, signal, reason } = event.result;
      const how = outcome(status, { code, signal, reason });
      return [`Rank ${member(event.result)}: ${how}`];
    }
    case "roster_changed":
      return rosterChangeLines(event.change, options).map(style.faint);
    case "commands_changed": {
      const names = event.commands.length === 0 ? "none" : shown(event.commands.join(", "));
      return [style.faint(`Commands are now: ${names}`)];
    }
    case "yield_requested": {
      const seconds = (event.request.within_ms / 1_000).toFixed(1);
      return [
        style.notable(`The operator has raised another client; this one must yield within ${seconds} s`),
      ];
    }
    case "refused": {
      const { command, message, data } = event.refused;
      const what = command === undefined ? message : `${command}: ${message}`;
      return [refusalLine(what, data?.["reason"], style)];
    }
    case "execute":
      return [`Rank ${member(event.execute.from)} commands: ${style.strong(commandText(event.execute))}`];
    case "executed": {
      const { status, code, signal, reason } = event.execution;
      if (status === "delivered") {
        const why = shown(reason ?? "not executed");
        return [`${commandText(event.execute)} from rank ${member(event.execute.from)}: delivered, ${why}`];
      }
      const tone = status === "ok" ? style.good : style.bad;
      // Without success and without an exit code, it was not started, or did not run to its end.
      const isExecuted = status === "ok" || (status === "failed" && code !== undefined);
      const verb = isExecuted ? " ran" : "";
      return [`${commandText(event.execute)}${verb}: ${tone(outcome(status, { code, signal, reason }))}`];
    }
    case "cancel":
      return [style.notable("A running command was cancelled or timed out")];
    case "closing": {
      const { reason, message } = event.closing;
      return [style.notable(`The server closes the connection: ${shown(message ?? reason)}`)];
    }
    case "disconnected": {
      const next = event.retryInMs === undefined
        ? event.isUnauthenticated ? "give a token with --token-file FILE" : "not reconnecting"
        : event.next === undefined
        ? `next attempt in ${(event.retryInMs / 1_000).toFixed(1)} s`
        : `trying ${placeOf(event.next)}`;
      return [style.notable(`Disconnected: ${shown(event.why)}; ${next}`)];
    }
    case "missed":
      return [
        style.notable(
          `${count(event.count, "event was", "events were")} missed: too many at a time`,
        ),
      ];
  }
}

/** "Refused: rank 0 is above you (outranked)". @param reason the error's word, where it has one. */
export function refusalLine(
  message: string,
  reason: ErrorReason | unknown = undefined,
  style: Style = PLAIN,
): string {
  const word = typeof reason === "string" ? ` (${shown(reason)})` : "";
  return style.notable(`Refused: ${shown(message)}${word}`);
}

/** "Not sent: there is no connection": for a request that did not leave this client. */
export function notSentLine(message: string, style: Style = PLAIN): string {
  return style.notable(`Not sent: ${shown(message)}`);
}

/** Why there is no result: which side refused, and whether anything may have been carried out. */
export function errorLine(error: RequestError, style: Style = PLAIN): string {
  if (error.kind === "answered") return refusalLine(error.message, error.reason, style);
  if (!error.mayBeSent) return notSentLine(error.message, style);
  return style.notable(`No answer: ${shown(error.message)}`);
}

/** A command with its arguments as one line; an argument that is empty or has spaces is quoted. */
export function commandText(
  { command, args }: { readonly command: string; readonly args: readonly string[] },
): string {
  const words = [command, ...args].map((word) => /^[^\s"'\\]+$/.test(word) ? word : JSON.stringify(word));
  return shown(words.join(" "));
}

function rosterChangeLines(change: RosterChanged, { nameOf }: EventLineOptions): string[] {
  const { joined, left, renamed, members } = change;
  const lines = [
    ...counted(joined, "joined", (member) => `${shown(member.name)} joined at rank ${member.rank}`),
    ...counted(left, "left", (ticket) => `${knownName(ticket, nameOf)} left`),
    ...counted(
      renamed,
      "were renamed",
      ({ ticket, name }) => `${knownName(ticket, nameOf)} is now named ${shown(name)}`,
    ),
  ];
  return lines.map((line, index) => index < lines.length - 1 ? line : `${line}; ${count(members, "member")}`);
}

function counted<Item>(items: readonly Item[], verb: string, line: (item: Item) => string): string[] {
  return items.length > MAX_NAMED_CHANGES ? [`${count(items.length, "member")} ${verb}`] : items.map(line);
}

function knownName(ticket: number, nameOf: EventLineOptions["nameOf"]): string {
  const name = nameOf?.(ticket);
  return name === undefined ? `ticket ${ticket}` : shown(name);
}

/** "db.example (10.0.0.2), port 6001" */
function placeOf({ host, port, ip }: ReachedAddress): string {
  return `${shown(host)}${ip === undefined ? "" : ` (${shown(ip)})`}, port ${port}`;
}

/** What follows the word "rank". */
function member({ rank, name }: Issuer): string {
  return `${rank} (${shown(name)})`;
}

function outcome(
  status: string,
  how: {
    readonly code: number | undefined;
    readonly signal: string | undefined;
    readonly reason: string | undefined;
  },
): string {
  const details = [
    how.signal ?? (how.code === undefined || how.code === 0 ? undefined : `exit code ${how.code}`),
    how.reason,
  ].filter((detail) => detail !== undefined);
  return [status.replace("_", " "), ...details.map(shown)].join(", ");
}

function shown(text: string): string {
  return visible(text, MAX_TEXT_LENGTH);
}
