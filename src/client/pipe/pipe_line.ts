// What one line of the pipe's input means: something to be asked of the server, something that the pipe answers itself,
// or nothing that can be understood.

import { parseCommandWords, parseTextRequest, type TextRequest } from "../../protocol/text/mod.ts";
import type { ClientRequest } from "../requests/mod.ts";

export type PipeLine =
  | { readonly kind: "empty" }
  | { readonly kind: "asked"; readonly asked: ClientRequest }
  | { readonly kind: "commands" }
  | { readonly kind: "help" }
  | { readonly kind: "quit" }
  | { readonly kind: "invalid"; readonly message: string };

export const PIPE_HELP = `One line each:
  uptime                   a command to everybody below
  @2,3 restart nginx       to ranks 2 and 3 (@4-7 is a range); quotes keep spaces together
  /dry restart nginx       what would become of a command, without sending it
  /who, /commands          who is here, by rank; what may be sent
  /watch on, /watch off    be told when somebody joins or leaves
  /yield                   leave this rank and join again behind everybody
  /quit                    leave`;

export function parsePipeLine(line: string): PipeLine {
  const request = parseTextRequest(line);
  switch (request.kind) {
    case "empty":
    case "invalid":
      return request;
    case "run":
      return { kind: "asked", asked: toRun(request, false) };
    case "slash":
      return parseSlash(request.name, request.words);
  }
}

function parseSlash(name: string, words: readonly string[]): PipeLine {
  switch (name) {
    case "who":
      return { kind: "asked", asked: { kind: "roster" } };
    case "yield":
      return { kind: "asked", asked: { kind: "yield" } };
    case "watch":
      if (words[0] !== "on" && words[0] !== "off") {
        return { kind: "invalid", message: "After /watch comes on or off" };
      }
      return { kind: "asked", asked: { kind: "watch", on: words[0] === "on" } };
    case "dry": {
      const request = parseCommandWords(words);
      if (request.kind === "run") return { kind: "asked", asked: toRun(request, true) };
      return {
        kind: "invalid",
        message: request.kind === "invalid" ? request.message : "After /dry comes a command",
      };
    }
    case "commands":
    case "help":
    case "quit":
      return { kind: name };
    default:
      return { kind: "invalid", message: `There is no /${name} here; /help says what there is` };
  }
}

/** The params of `run` for a command that was typed. */
export function toRun(
  { command, args, to }: TextRequest & { readonly kind: "run" },
  isDryRun: boolean,
): ClientRequest {
  return { kind: isDryRun ? "dry_run" : "run", params: { command, args, to } };
}
