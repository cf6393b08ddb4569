// What one line of the pipe's input means: a request to the server, a word that the pipe answers itself, or nothing that
// can be understood.

import type { SlashName } from "../../protocol/methods/mod.ts";
import {
  type CommandRequest,
  incompleteMessage,
  parseTextRequest,
  slashHelpLines,
  type SlashRequest,
  toRunParams,
} from "../../protocol/text/mod.ts";
import type { ClientRequest } from "../requests/mod.ts";

export type PipeLine =
  | { readonly kind: "empty" }
  | { readonly kind: "request"; readonly request: ClientRequest }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "help" }
  | { readonly kind: "quit" }
  /** A word with a slash that does not exist. */
  | { readonly kind: "unknown"; readonly name: string }
  | { readonly kind: "invalid"; readonly message: string };

export const PIPE_HELP = `One line each:
  uptime                   to all clients below you
  @2,3 restart nginx       to ranks 2 and 3 (also @4-7, @4-, @all); quotes keep spaces together
  @web-3 restart nginx     to the client with that name, or by @ticket:12
  # tonight's restarts     a comment, which is ignored
${slashHelpLines("pipe")}`;

/** @param commands the names of the allowed commands. */
export function parsePipeLine(line: string, commands: readonly string[] = []): PipeLine {
  const request = parseTextRequest(line, "pipe", { isCommand: (name) => commands.includes(name) });
  switch (request.kind) {
    case "empty":
    case "invalid":
      return request;
    case "run":
      return { kind: "request", request: toRun(request, false) };
    case "slash":
      return toPipeLine(request);
    case "incomplete":
      return { kind: "invalid", message: incompleteMessage(request.name) };
    case "unknown":
      return request;
  }
}

function toPipeLine(request: SlashRequest<SlashName<"pipe">>): PipeLine {
  switch (request.name) {
    case "roster":
      return { kind: "request", request: { kind: "roster" } };
    case "commands":
    case "yield":
      return { kind: "request", request: { kind: request.name } };
    case "name":
      return { kind: "name", name: request.text };
    case "watch":
      return { kind: "request", request: { kind: "watch", on: request.option === "on" } };
    case "dry":
      return { kind: "request", request: toRun(request.run, true) };
    case "help":
    case "quit":
      return { kind: request.name };
  }
}

/** The request for a command that was typed. */
export function toRun(request: CommandRequest, isDryRun: boolean): ClientRequest {
  return { kind: isDryRun ? "dry_run" : "run", params: toRunParams(request) };
}
