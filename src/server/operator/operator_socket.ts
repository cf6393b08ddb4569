// Answers the operator over the control socket: JSON-RPC requests, one a line.

import { type ControlListener, serveLines, unreadable, writeLine } from "../../control/mod.ts";
import { encodeError, encodeResult, parseLine, type Refusal } from "../../protocol/json_rpc/mod.ts";
import type { Line } from "../../protocol/wire/mod.ts";
import { type Evicted, EvictParams, readShape, type ServerStatus } from "../../protocol/methods/mod.ts";

/** What is asked and told. */
export interface Operated {
  status(): ServerStatus;
  evict(params: EvictParams): Evicted | Refusal;
}

/** More than any operator's scripts have open at once. */
const MAX_CONNECTIONS = 8;
const LINE_BYTES = 4_096;

export class OperatorSocket {
  readonly #operated: Operated;

  constructor(operated: Operated) {
    this.#operated = operated;
  }

  /** Serves until the listener is closed, and then ends what is still connected. Never rejects. */
  serve(listener: ControlListener): Promise<void> {
    return serveLines(listener, {
      maxConnections: MAX_CONNECTIONS,
      lineBytes: LINE_BYTES,
      talk: (conn) => ({
        take: async (line) => {
          const answer = this.#answer(line);
          if (answer !== undefined) await writeLine(conn, answer);
        },
        end: () => Promise.resolve(),
      }),
    });
  }

  #answer(line: Line): string | undefined {
    if (!("text" in line)) return unreadable(line);
    const message = parseLine(line.text, 1);
    switch (message.kind) {
      case "invalid":
        return encodeError(message.id, message.refusal);
      case "request": {
        const answer = this.#call(message.method, message.params);
        return "result" in answer ? encodeResult(message.id, answer.result) : encodeError(message.id, answer);
      }
      case "batch":
        return encodeError(null, { reason: "invalid_request", message: "Batches are not taken here" });
      default:
        return undefined;
    }
  }

  #call(method: string, params: unknown): { readonly result: unknown } | Refusal {
    switch (method) {
      case "ping":
        return { result: {} };
      case "status":
        return { result: this.#operated.status() };
      case "evict": {
        const read = readShape(EvictParams, params);
        if (!read.ok) return { reason: "invalid_params", message: read.message };
        const evicted = this.#operated.evict(read.value);
        return "reason" in evicted ? evicted : { result: evicted };
      }
      default:
        return { reason: "method_not_found", message: "There are status, evict and ping" };
    }
  }
}
