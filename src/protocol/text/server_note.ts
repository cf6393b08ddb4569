// The notifications that the server sends, as one union, and their two forms: a JSON-RPC line for programs and plain
// lines for a text session. Text from other clients is made visible in the plain form, since it goes to a terminal.

import { count, visible } from "../../words/mod.ts";
import { encodeNotification } from "../json_rpc/mod.ts";
import type { NotificationName, NotificationParams } from "../methods/mod.ts";
import { resultLines } from "./text_lines.ts";

/** A notification to a client; `execute` is written by those who send it to many. */
export type ServerNote = {
  [N in Exclude<NotificationName, "execute">]: {
    readonly method: N;
    readonly params: NotificationParams<N>;
  };
}[Exclude<NotificationName, "execute">];

/** The note as a line of JSON-RPC, ending included. */
export function noteToJson(note: ServerNote): string {
  return `${encodeNotification(note.method, note.params)}\n`;
}

const HINT = "Type /help and press Enter";

/** The same for a client that has sent no line yet: whatever it is sent first says how a person begins. */
export function noteToNewcomer(note: ServerNote): string {
  switch (note.method) {
    case "welcome":
      return noteToJson({ method: note.method, params: { hint: HINT, ...note.params } });
    case "waiting":
      return noteToJson({ method: note.method, params: { hint: HINT, ...note.params } });
    default:
      return noteToJson(note);
  }
}

/** The note as plain lines, endings included; empty where a person needs none. */
export function noteToText(note: ServerNote): string {
  switch (note.method) {
    case "welcome": {
      const { rank, members, capacity, commands } = note.params;
      return `You are rank ${rank} of ${members} (${count(capacity, "seat")}). Commands: ${
        commands.map((command) => visible(command)).join(", ")
      }. /help says more.\n`;
    }
    case "promoted":
      return `Promoted to rank ${note.params.rank} of ${note.params.members}, was rank ${note.params.was}\n`;
    case "result":
      return resultLines(note.params);
    case "roster_changed": {
      const { members, joined, left, renamed, away = [], back = [], leased = [] } = note.params;
      const parts = [
        ...joined.map((member) => `${visible(member.name)} joined at rank ${member.rank}`),
        ...[counted(left, "left"), counted(away, "away"), counted(back, "back")].filter((part) =>
          part !== ""
        ),
        ...renamed.map(({ ticket, name }) => `ticket ${ticket} is named ${visible(name)}`),
        ...leased.map(({ ticket, lease_ms }) => `ticket ${ticket} has a lease of ${lease_ms} ms`),
      ];
      return `Roster: ${parts.join("; ")}. ${count(members, "member")}.\n`;
    }
    case "commands_changed": {
      const names = note.params.commands.map((command) => visible(command)).join(", ");
      return `Commands are now: ${names === "" ? "none" : names}. /commands says more.\n`;
    }
    case "waiting":
      return `All seats are taken. You are number ${note.params.position} in the waiting room.\n`;
    case "refused":
      return refusedLine(note.params.data?.reason, note.params.message);
    case "closing":
      return `Closing: ${visible(note.params.message ?? note.params.reason)}\n`;
    case "yield_requested":
      return `The operator has raised another client: yield within ${note.params.within_ms} ms.\n`;
    case "cancel":
      return `Run ${note.params.id} was cancelled or timed out\n`;
  }
}

function counted(tickets: readonly number[], how: string): string {
  return tickets.length === 0 ? "" : `${tickets.length} ${how}`;
}

/** The plain line for something that was not done; `reason` is the error's word. */
export function refusedLine(reason: unknown, message: string): string {
  return `Refused: ${visible(message, 500)}${typeof reason === "string" ? ` (${visible(reason)})` : ""}\n`;
}

/** The plain line that shows a command to a text client; shown is all that happens to it there. */
export function executeLine(
  command: string,
  args: readonly string[],
  from: { rank: number; name: string },
): string {
  const words = [command, ...args].map((word) => visible(word)).join(" ");
  return `Rank ${from.rank} (${visible(from.name)}) commands: ${words}\n`;
}
