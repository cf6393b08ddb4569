// The server's requests to this client: whether it is there, and to carry out commands. Answers are queued like requests:
// the connection to a server that does not read them is closed.

import { encodeError, encodeResult, type Id } from "../../../protocol/json_rpc/mod.ts";
import { readShape, SERVER_REQUESTS } from "../../../protocol/methods/mod.ts";
import type { ClientEvent } from "../../session/mod.ts";
import { encodeAnswer, type ExecutePort } from "./execute_port.ts";

export interface IncomingParts {
  readonly executor: ExecutePort | undefined;
  readonly report: (event: ClientEvent) => void;
  /** False when there is no room for the line. */
  readonly send: (line: string) => boolean;
  readonly giveUp: (why: string) => void;
}

export class IncomingRequests {
  readonly #parts: IncomingParts;

  constructor(parts: IncomingParts) {
    this.#parts = parts;
  }

  take(id: Id, method: string, params: unknown): void {
    if (method === "ping") return this.#answer(encodeResult(id, {}));
    if (method === "execute" && this.#parts.executor !== undefined) return this.execute(params, id);
    const message = method === "execute" ? "This client executes no commands" : `Unknown method "${method}"`;
    this.#answer(encodeError(id, { reason: "method_not_found", message }));
  }

  /** @param id absent when no answer is wanted. */
  execute(params: unknown, id?: Id): void {
    const read = readShape(SERVER_REQUESTS.execute.params, params);
    if (!read.ok) {
      if (id !== undefined) {
        this.#answer(encodeError(id, { reason: "invalid_params", message: read.message }));
      }
      return;
    }
    this.#parts.report({ kind: "execute", id, execute: read.value });
    this.#parts.executor?.execute({
      id,
      params: read.value,
      answer: (answer) => {
        if (id !== undefined) this.#answer(encodeAnswer(id, answer));
      },
    });
  }

  /** A server that asks but does not read the answers would fill the memory. */
  #answer(line: string): void {
    if (!this.#parts.send(line)) this.#parts.giveUp("the server does not read the answers");
  }
}
