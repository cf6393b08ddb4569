// How a connection hands over what it is asked to execute. Whoever executes need not know that a connection exists; an
// answer that comes too late, when the connection has gone, is dropped by the one who would have sent it.

import type { ErrorObject, Id } from "../../protocol/json_rpc/mod.ts";
import type { ExecuteParams, ExecuteResult } from "../../protocol/methods/mod.ts";

export type ExecuteAnswer =
  | { readonly kind: "result"; readonly result: ExecuteResult }
  | { readonly kind: "error"; readonly error: ErrorObject };

/** An `execute` from the server. */
export interface IncomingExecute {
  /** Absent: no answer is wanted, and it cannot be cancelled. */
  readonly id?: Id | undefined;
  readonly params: ExecuteParams;
  /** To be called once. */
  answer(answer: ExecuteAnswer): void;
}

export interface ExecutePort {
  execute(call: IncomingExecute): void;
  /** The `execute` with that id is not wanted any more. */
  cancel(id: Id): void;
  /** The connection is lost: nothing that came over it is wanted any more. */
  abandon(): void;
}
