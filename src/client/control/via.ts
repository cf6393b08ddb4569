// One command line, sent to a running client: `rankclient --via PATH run restart nginx`.

import { parseCommandWords } from "../../protocol/text/mod.ts";
import { answerText, jsonLine, type LineOutput, noticeLine, unlessLeaving } from "../output/mod.ts";
import {
  ask,
  type ClientRequest,
  type ClientResponse,
  graver,
  type Requester,
  type Verdict,
  verdictOf,
} from "../requests/mod.ts";
import { toRun } from "../pipe/mod.ts";

export type ParsedVia =
  | { readonly ok: true; readonly asked: ClientRequest }
  | { readonly ok: false; readonly message: string };

const USAGE = "After --via PATH, use run COMMAND, run @TARGETS COMMAND, roster, yield or status";

/** Reads the words after the flags. */
export function parseVia([verb, ...words]: readonly string[], isDryRun: boolean): ParsedVia {
  switch (verb) {
    case "run":
      return parseRun(words, isDryRun);
    case "roster":
    case "yield":
    case "status":
      if (words.length > 0) {
        return { ok: false, message: `Unexpected argument ${words[0]} after ${verb}; flags go before it` };
      }
      return { ok: true, asked: { kind: verb } };
    default:
      return { ok: false, message: USAGE };
  }
}

/** `[--dry-run] [@RANKS] [--dry-run] [--] COMMAND [ARGUMENTS]`; all words after the command are its own. */
function parseRun(words: readonly string[], isDryRun: boolean): ParsedVia {
  const before = words.findIndex((word) => word !== "--dry-run" && !word.startsWith("@"));
  const count = before < 0 ? words.length : before;
  const flags = words.slice(0, count);
  const ranks = flags.filter((word) => word !== "--dry-run");
  const hasDashes = words[count] === "--";
  const command = words.slice(hasDashes ? count + 1 : count);
  if (!hasDashes && command[0]?.startsWith("-")) {
    return { ok: false, message: `${command[0]} is not a command; flags go before run` };
  }
  const request = parseCommandWords([...ranks, ...command]);
  if (request.kind === "run") {
    return { ok: true, asked: toRun(request, isDryRun || flags.length > ranks.length) };
  }
  return { ok: false, message: request.kind === "invalid" ? request.message : "Missing command after run" };
}

export interface ViaParts {
  readonly asker: Requester;
  readonly stdout: LineOutput;
  readonly stderr: LineOutput;
  readonly isJson: boolean;
  /** Aborting cancels the run, which then still has its answer. */
  readonly signal: AbortSignal;
  /** How long stdout may wait for its reader once the signal is aborted, and stderr in any case. */
  readonly closeTimeoutMs: number;
}

/** Sends the request, and prints the answer as the pipe does. */
export async function runVia(asked: ClientRequest, parts: ViaParts): Promise<Verdict> {
  const { asker, stdout, isJson, signal, closeTimeoutMs } = parts;
  const answered = await ask(asker, asked, { signal });
  await unlessLeaving(print(answered, parts), signal, closeTimeoutMs);
  const { failure } = stdout;
  if (failure !== undefined) parts.stderr.note(noticeLine("error", failure, isJson));
  await parts.stderr.flushedWithin(closeTimeoutMs);
  return failure === undefined ? verdictOf(answered) : graver("failed", verdictOf(answered));
}

async function print(answered: ClientResponse, { stdout, stderr, isJson }: ViaParts): Promise<void> {
  if (isJson) {
    const answer = answered.kind === "error"
      ? { error: answered.error.toErrorObject() }
      : { result: answered.raw };
    await stdout.print(jsonLine(answer));
  } else if (answered.kind === "error") {
    stderr.note(answerText(answered));
  } else {
    await stdout.print(answerText(answered));
  }
  await stdout.flushed();
}
