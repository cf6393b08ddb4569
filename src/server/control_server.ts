// Answers the operator over the control socket: JSON-RPC requests, one a line, on a bounded number of connections. Who may
// connect is decided by the socket's file.

import type { Refusal } from "../protocol/errors.ts";
import { encodeError, encodeResult, parseLine } from "../protocol/json_rpc.ts";
import { type Line, LineFramer } from "../protocol/line_framer.ts";
import type { Evicted, ServerStatus } from "../protocol/operator_methods.ts";
import { EvictParams, readShape } from "../protocol/params.ts";

/** What is asked and told. */
export interface Operated {
  status(): ServerStatus;
  evict(params: EvictParams): Evicted | Refusal;
}

/** A source of connections; `Deno.listen` gives one. */
export interface ControlListener {
  accept(): Promise<Deno.Conn>;
}

/** More than any operator's scripts have open at once. */
const MOST_CONNECTIONS = 8;
const LINE_BYTES = 4_096;
const READ_BYTES = 4_096;
const ACCEPT_BACK_OFF_MS = 100;

const encoder = new TextEncoder();

export class ControlServer {
  readonly #operated: Operated;
  readonly #connections = new Set<Deno.Conn>();

  constructor(operated: Operated) {
    this.#operated = operated;
  }

  /** Serves until the listener is closed, and then ends what is still connected. Never rejects. */
  async serve(listener: ControlListener): Promise<void> {
    const serving = new Set<Promise<void>>();
    for (;;) {
      try {
        const conn = await listener.accept();
        const served = this.#serveOne(conn).finally(() => serving.delete(served));
        serving.add(served);
      } catch (error) {
        // Closed, which is how serving ends; anything else is about one connection, or a lack of descriptors.
        if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) break;
        await new Promise((resolve) => setTimeout(resolve, ACCEPT_BACK_OFF_MS));
      }
    }
    for (const conn of this.#connections) closeQuietly(conn);
    await Promise.all(serving);
  }

  async #serveOne(conn: Deno.Conn): Promise<void> {
    this.#connections.add(conn);
    try {
      if (this.#connections.size > MOST_CONNECTIONS) {
        const message = `${MOST_CONNECTIONS} programs use this socket already, which is the limit`;
        await writeLine(conn, encodeError(null, { reason: "full", message }));
      } else {
        await this.#answerLines(conn);
      }
    } catch {
      // Reset, or closed by us.
    }
    this.#connections.delete(conn);
    closeQuietly(conn);
  }

  async #answerLines(conn: Deno.Conn): Promise<void> {
    const framer = new LineFramer(LINE_BYTES);
    const buffer = new Uint8Array(READ_BYTES);
    for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
      for (const line of framer.push(buffer.subarray(0, count))) {
        const answer = this.#answer(line);
        if (answer !== undefined) await writeLine(conn, answer);
      }
    }
  }

  #answer(line: Line): string | undefined {
    if (!("text" in line)) {
      return encodeError(null, {
        reason: "too_large",
        message: `The line is ${line.fault.replace("_", " ")}`,
      });
    }
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

async function writeLine(conn: Deno.Conn, line: string): Promise<void> {
  for (let rest = encoder.encode(`${line}\n`); rest.length > 0;) rest = rest.subarray(await conn.write(rest));
}

function closeQuietly(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // Closed already.
  }
}
