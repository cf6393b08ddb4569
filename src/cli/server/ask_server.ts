// `rankserver --status`, `--evict` and `--raise`: asks a running server through its control socket, and prints the answer.

import { askControl, socketError } from "../../control/mod.ts";
import { count, visible, visibleJson } from "../../words/mod.ts";
import { encodeRequest, type Parsed, parseLine } from "../../protocol/json_rpc/mod.ts";
import {
  type Evicted,
  type EvictParams,
  METHODS,
  type Raised,
  readShape,
} from "../../protocol/methods/mod.ts";
import { printAnswer, SERVER_EXIT } from "../shared/mod.ts";
import { statusText } from "./status_text.ts";

export type ServerQuestion =
  | { readonly method: "status" }
  | { readonly method: "evict" | "raise"; readonly params: EvictParams };

const WAIT_MS = 5_000;
/** Of an answer without lists, and of one member or waiting client in a list. */
const MAX_ANSWER_LENGTH = 64 * 1_024;
const MAX_LISTED_LENGTH = 1_024;
/** As many as people read, and as many as there may be. */
const LISTED_TEXT = 1_000;
const LISTED_JSON = 100_000;

/** The member that `--evict` or `--raise` names: a rank, `ticket:N` or `name:TEXT`; `undefined` when it is none of these. */
export function parseMember(text: string): EvictParams | undefined {
  const [, kind, value] = /^(ticket|name):(.+)$/s.exec(text) ?? [];
  if (kind === "name") return { name: value! };
  const number = /^\d{1,16}$/.test(value ?? text) ? Number(value ?? text) : NaN;
  if (!Number.isSafeInteger(number)) return undefined;
  return kind === "ticket" ? { ticket: number } : { rank: number };
}

/** @returns the exit code */
export async function askServer(path: string, question: ServerQuestion, isJson: boolean): Promise<number> {
  const list = question.method !== "status" ? 0 : isJson ? LISTED_JSON : LISTED_TEXT;
  const params = question.method === "status" ? { list } : question.params;
  const maxLength = MAX_ANSWER_LENGTH + 2 * list * MAX_LISTED_LENGTH;
  let line: string | undefined;
  try {
    const request = encodeRequest(1, question.method, params);
    line = await askControl(path, request, { withinMs: WAIT_MS, maxLength });
  } catch (error) {
    return fail(SERVER_EXIT.failed, `Cannot reach a running rankserver through ${path}: ${reasonOf(error)}`);
  }
  const answer: Parsed | undefined = line === undefined ? undefined : parseLine(line, 1);
  if (answer?.kind === "error") return fail(SERVER_EXIT.refused, visible(answer.error.message));
  const text = answer?.kind === "result" ? describe(question, answer.result) : undefined;
  if (answer?.kind !== "result" || text === undefined) {
    return fail(
      SERVER_EXIT.failed,
      `${path} is not the control socket of a rankserver: it sent an unknown answer`,
    );
  }
  return printAnswer(isJson ? visibleJson(JSON.stringify(answer.result)) : text, SERVER_EXIT);
}

/** The answer for people; `undefined` when it is none. */
function describe({ method }: ServerQuestion, result: unknown): string | undefined {
  switch (method) {
    case "status": {
      const read = readShape(METHODS.status.result, result);
      return read.ok ? statusText(read.value, Date.now()) : undefined;
    }
    case "evict": {
      const read = readShape(METHODS.evict.result, result);
      return read.ok ? evictedText(read.value) : undefined;
    }
    case "raise": {
      const read = readShape(METHODS.raise.result, result);
      return read.ok ? raisedText(read.value) : undefined;
    }
  }
}

function evictedText({ rank, ticket, name, keep_ms }: Evicted): string {
  const kept = keep_ms === 0
    ? ""
    : `; the seat stays empty until its program has stopped, at most ${Math.ceil(keep_ms / 1_000)} s`;
  return `${visible(name)} has lost rank ${rank} (ticket ${ticket})${kept}`;
}

function raisedText({ rank, ticket, name, wait_ms }: Raised): string {
  const who = `${visible(name)} (ticket ${ticket})`;
  if (rank === 0) return `${who} already has rank 0`;
  if (wait_ms > 0) {
    return `${who} gets rank 0 when the leader has stopped its program, after at most ${wait_ms} ms`;
  }
  return `${who} now has rank 0; ${count(rank, "client")} above it moved to the end`;
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) {
    return "the socket does not exist; start the server with the same --control";
  }
  if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) {
    return `it did not answer within ${WAIT_MS} ms`;
  }
  return socketError(error);
}

function fail(code: number, message: string): number {
  console.error(message);
  return code;
}
