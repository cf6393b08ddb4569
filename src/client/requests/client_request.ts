// What a line of the pipe or a control command asks for, and what came of it: sent to the session or to the control socket
// of one, read and judged.

import {
  type CommandInfo,
  type DryRunSummary,
  METHODS,
  type Place,
  type ResultNote,
  type Roster,
  type RunSummary,
} from "../../protocol/methods/mod.ts";
import { ClientStatus } from "./client_status.ts";
import { checkAnswer, type ClientSession, RequestError, type RunRequest } from "../session/mod.ts";
import { type Verdict, verdictOfError, verdictOfSummary } from "./verdict.ts";

export type ClientRequest =
  | { readonly kind: "run" | "dry_run"; readonly params: RunRequest }
  | { readonly kind: "roster" | "commands" | "yield" | "status" }
  | { readonly kind: "watch"; readonly on: boolean };

/** The answer as it was read; `raw` is what came over the wire. */
export type ClientResponse =
  & { readonly raw: unknown }
  & (
    | { readonly kind: "run"; readonly command: string; readonly summary: RunSummary }
    | { readonly kind: "dry_run"; readonly command: string; readonly summary: DryRunSummary }
    | { readonly kind: "roster"; readonly roster: Roster }
    | { readonly kind: "commands"; readonly commands: readonly CommandInfo[] }
    | { readonly kind: "yield"; readonly place: Place }
    | { readonly kind: "status"; readonly status: ClientStatus }
    | { readonly kind: "watch"; readonly on: boolean }
    | { readonly kind: "error"; readonly error: RequestError }
  );

/** A session, or the control socket of one. */
export type Requester = Pick<ClientSession, "request" | "run" | "dryRun">;

export interface AskOptions {
  /** Aborting cancels a run, which then still has its answer. */
  readonly signal?: AbortSignal;
  readonly onResult?: (result: ResultNote) => void;
}

/** Sends a request and reads the answer. An error from the other side is a response of kind "error", not a rejection. */
export async function ask(
  requester: Requester,
  request: ClientRequest,
  options: AskOptions = {},
): Promise<ClientResponse> {
  try {
    switch (request.kind) {
      case "run": {
        const summary = await requester.run(request.params, options).done;
        return { kind: "run", command: request.params.command, summary, raw: summary };
      }
      case "dry_run": {
        const summary = await requester.dryRun(request.params);
        return { kind: "dry_run", command: request.params.command, summary, raw: summary };
      }
      case "roster": {
        const raw = await requester.request("roster");
        return { kind: "roster", roster: checkAnswer(METHODS.roster.result, raw), raw };
      }
      case "commands": {
        const raw = await requester.request("commands");
        return { kind: "commands", commands: checkAnswer(METHODS.commands.result, raw).commands, raw };
      }
      case "yield": {
        const raw = await requester.request("yield");
        return { kind: "yield", place: checkAnswer(METHODS.yield.result, raw), raw };
      }
      case "status": {
        const raw = await requester.request("status");
        return { kind: "status", status: checkAnswer(ClientStatus, raw), raw };
      }
      case "watch":
        return { kind: "watch", on: request.on, raw: await requester.request("watch", { on: request.on }) };
    }
  } catch (error) {
    if (error instanceof RequestError) return { kind: "error", error, raw: undefined };
    throw error;
  }
}

export function verdictOf(response: ClientResponse): Verdict {
  switch (response.kind) {
    case "run":
    case "dry_run":
      return verdictOfSummary(response.summary);
    case "error":
      return verdictOfError(response.error);
    case "status":
      return verdictOfStatus(response.status);
    default:
      return "ok";
  }
}

/** So that a script need not read the answer. */
function verdictOfStatus({ seated, lead }: ClientStatus): Verdict {
  if (lead === undefined) return seated ? "ok" : "lost";
  if (lead.state === "leading") return "ok";
  return lead.state === "following" && seated ? "following" : "lost";
}
