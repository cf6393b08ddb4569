// What one line of the pipe's input means: a request to the server, a word that the pipe answers itself, or nothing that
// can be understood.

import type { SlashName } from "../../protocol/methods/mod.ts";
import {
  type CommandRequest,
  parseTextRequest,
  slashHelpLines,
  type SlashRequest,
  toRunParams,
} from "../../protocol/text/mod.ts";
import type { ClientRequest } from "../requests/mod.ts";

export type PipeLine =
  | { readonly kind: "empty" }
  | { readonly kind: "request"; readonly request: ClientRequest }
  | { readonly kind: "help" }
  | { readonly kind: "quit" }
  | { readonly kind: "invalid"; readonly message: string };

export const PIPE_HELP = `One line each:
  uptime                   a command to everybody below
  @2,3 restart nginx       to ranks 2 and 3 (also @4-7, @4-, @all); quotes keep spaces together
  @web-3 restart nginx     to the client of that name, or by @ticket:12
  # tonight's restarts     a comment, which is ignored
${slashHelpLines("pipe")}`;

const INCOMPLETE = { dry: "After /dry comes a command", watch: "After /watch comes on or off" };

export function parsePipeLine(line: string): PipeLine {
  const request = parseTextRequest(line, "pipe");
  switch (request.kind) {
    case "empty":
    case "invalid":
      return request;
    case "run":
      return { kind: "request", request: toRun(request, false) };
    case "slash":
      return toPipeLine(request);
    case "incomplete":
      return { kind: "invalid", message: INCOMPLETE[request.name] };
    case "unknown":
      return { kind: "invalid", message: `There is no /${request.name} here; /help says what there is` };
  }
}

function toPipeLine(request: SlashRequest<SlashName<"pipe">>): PipeLine {
  switch (request.name) {
    case "who":
      return { kind: "request", request: { kind: "roster" } };
    case "commands":
    case "yield":
      return { kind: "request", request: { kind: request.name } };
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
