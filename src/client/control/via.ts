// One command line, sent to a running client: `rankclient --via PATH run restart nginx`.

import { parseCommandWords } from "../../protocol/text/mod.ts";
import { answerText, type LineOutput, unlessLeaving } from "../output/mod.ts";
import {
  ask,
  type ClientRequest,
  type ClientResponse,
  type Requester,
  type Verdict,
  verdictOf,
} from "../requests/mod.ts";
import { toRun } from "../pipe/mod.ts";

export type ParsedVia =
  | { readonly ok: true; readonly asked: ClientRequest }
  | { readonly ok: false; readonly message: string };

const USAGE = "After --via PATH comes run COMMAND, run @TARGETS COMMAND, roster, yield or status";

/** Reads the words after the flags. */
export function parseVia([verb, ...words]: readonly string[], isDryRun: boolean): ParsedVia {
  switch (verb) {
    case "run": {
      const request = parseCommandWords(words);
      if (request.kind === "run") return { ok: true, asked: toRun(request, isDryRun) };
      return {
        ok: false,
        message: request.kind === "invalid" ? request.message : "After run comes a command",
      };
    }
    case "roster":
    case "yield":
    case "status":
      if (words.length > 0) return { ok: false, message: `After ${verb} comes nothing, got ${words[0]}` };
      return { ok: true, asked: { kind: verb } };
    default:
      return { ok: false, message: USAGE };
  }
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
  const answered = await ask(asker, asked, {
    signal,
    onResult: (note) => {
      if (isJson) stdout.tryPrint(JSON.stringify({ event: "result", ...note, run: undefined }));
    },
  });
  await unlessLeaving(print(answered, parts), signal, closeTimeoutMs);
  await parts.stderr.flushedWithin(closeTimeoutMs);
  return verdictOf(answered);
}

async function print(answered: ClientResponse, { stdout, stderr, isJson }: ViaParts): Promise<void> {
  if (isJson) {
    const answer = answered.kind === "error"
      ? { error: answered.error.toErrorObject() }
      : { result: answered.raw };
    await stdout.print(JSON.stringify(answer));
  } else if (answered.kind === "error") {
    stderr.note(answerText(answered));
  } else {
    await stdout.print(answerText(answered));
  }
  await stdout.flushed();
}
