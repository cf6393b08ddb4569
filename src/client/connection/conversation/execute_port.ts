// How a connection hands over the commands that it receives. An executor need not know about connections: an answer that
// comes after the connection has ended is dropped.

import {
  encodeErrorObject,
  encodeResult,
  type ErrorObject,
  type Id,
} from "../../../protocol/json_rpc/mod.ts";
import type { ExecuteParams, ExecuteResult } from "../../../protocol/methods/mod.ts";

export type ExecuteAnswer =
  | { readonly kind: "result"; readonly result: ExecuteResult }
  | { readonly kind: "error"; readonly error: ErrorObject };

/** The answer as a line. */
export function encodeAnswer(id: Id, answer: ExecuteAnswer): string {
  return answer.kind === "result" ? encodeResult(id, answer.result) : encodeErrorObject(id, answer.error);
}

/** An `execute` from the server. */
export interface IncomingExecute {
  /** Absent: no answer is expected, and it cannot be cancelled. */
  readonly id?: Id | undefined;
  readonly params: ExecuteParams;
  /** Sends the answer. Call it once. */
  answer(answer: ExecuteAnswer): void;
}

/** Executes commands. */
export interface ExecutePort {
  execute(call: IncomingExecute): void;
  /** The answer to the `execute` with that id is no longer wanted. */
  cancel(id: Id): void;
  /** The connection is lost: no answer is wanted any more. */
  abandon(): void;
}
