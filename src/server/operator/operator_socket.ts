// Answers the operator over the control socket: JSON-RPC requests, one a line.

import { type ControlListener, serveLines, unreadable, writeLine, writeParts } from "../../control/mod.ts";
import {
  encodeError,
  encodeResult,
  encodeResultInParts,
  parseLine,
  type Refusal,
} from "../../protocol/json_rpc/mod.ts";
import type { Line } from "../../protocol/wire/mod.ts";
import {
  type Evicted,
  type EvictParams,
  isOperatorMethodName,
  METHODS,
  OPERATOR_METHODS,
  type OperatorMethodName,
  type Raised,
  type ReadParamsOf,
  readShape,
  type ServerFigures,
  type Shape,
} from "../../protocol/methods/mod.ts";
import type { Listed } from "./operator.ts";
import { statusInParts } from "./status_in_parts.ts";

/** The part of the server that the operator reaches. */
export interface Operated {
  status(): ServerFigures;
  list(count: number): Listed;
  evict(params: EvictParams): Evicted | Refusal | Promise<Evicted | Refusal>;
  raise(params: EvictParams): Raised | Refusal;
}

/** `parts`: the JSON of a long result. */
type Answer = { readonly result: unknown } | { readonly parts: Iterable<string> } | Refusal;
type Handlers = {
  readonly [M in OperatorMethodName]: (params: ReadParamsOf<M>) => Answer | Promise<Answer>;
};

/** More than any operator's scripts have open at the same time. */
const MAX_CONNECTIONS = 8;
const LINE_BYTES = 4_096;
const METHODS_IN_WORDS = `${OPERATOR_METHODS.slice(0, -1).join(", ")} and ${OPERATOR_METHODS.at(-1)}`;

export class OperatorSocket {
  readonly #handlers: Handlers;

  constructor(operated: Operated) {
    this.#handlers = {
      ping: () => ({ result: {} }),
      status: ({ list }) => ({ parts: statusInParts(operated.status(), operated.list(list)) }),
      evict: async (params) => {
        const evicted = await operated.evict(params);
        return "reason" in evicted ? evicted : { result: evicted };
      },
      raise: (params) => {
        const raised = operated.raise(params);
        return "reason" in raised ? raised : { result: raised };
      },
    };
  }

  /** Serves until the listener is closed, and then ends what is still connected. Never rejects. */
  serve(listener: ControlListener): Promise<void> {
    return serveLines(listener, {
      maxConnections: MAX_CONNECTIONS,
      lineBytes: LINE_BYTES,
      talk: (conn) => ({
        take: async (line) => {
          const answer = await this.#answer(line);
          if (typeof answer === "string") await writeLine(conn, answer);
          else if (answer !== undefined) await writeParts(conn, answer);
        },
        end: () => Promise.resolve(),
      }),
    });
  }

  async #answer(line: Line): Promise<string | Iterable<string> | undefined> {
    if (!("text" in line)) return unreadable(line);
    const message = parseLine(line.text, 1);
    switch (message.kind) {
      case "invalid":
        return encodeError(message.id, message.refusal);
      case "request": {
        const answer = await this.#call(message.method, message.params);
        if ("parts" in answer) return encodeResultInParts(message.id, answer.parts);
        return "result" in answer ? encodeResult(message.id, answer.result) : encodeError(message.id, answer);
      }
      case "batch":
        return encodeError(null, { reason: "invalid_request", message: "Batches are not allowed here" });
      default:
        return undefined;
    }
  }

  #call(method: string, params: unknown): Answer | Promise<Answer> {
    if (isOperatorMethodName(method)) return this.#handle(method, params);
    return { reason: "method_not_found", message: `Unknown method; the methods are ${METHODS_IN_WORDS}` };
  }

  #handle<M extends OperatorMethodName>(method: M, params: unknown): Answer | Promise<Answer> {
    const shape = METHODS[method].params as Shape<ReadParamsOf<M>>;
    const read = readShape(shape, params);
    const handle: Handlers[M] = this.#handlers[method];
    return read.ok ? handle(read.value) : { reason: "invalid_params", message: read.message };
  }
}
