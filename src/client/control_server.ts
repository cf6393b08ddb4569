// Lets programs on this machine act as this seated member: JSON-RPC lines over the control socket, a bounded number of
// connections. Who hangs up gives up: their runs are cancelled.

import { encodeError } from "../protocol/json_rpc.ts";
import { type Line, LineFramer } from "../protocol/line_framer.ts";
import { LineOutput } from "./line_output.ts";
import { RequestRelay } from "./request_relay.ts";
import type { ClientSession } from "./session_port.ts";

/** What may be asked for; `hello` and `watch` are the seat's own business. */
const METHODS: ReadonlySet<string> = new Set(["run", "cancel", "roster", "yield", "ping", "status"]);

export interface ControlBounds {
  readonly controlConnections: number;
  readonly controlRequests: number;
  readonly inputLineBytes: number;
  readonly printedLength: number;
}

/** A source of connections; `Deno.listen` gives one. */
export interface ControlListener {
  accept(): Promise<Deno.Conn>;
}

export class ControlServer {
  readonly #session: ClientSession;
  readonly #bounds: ControlBounds;
  readonly #connections = new Set<Deno.Conn>();
  readonly #serving = new Set<Promise<void>>();

  constructor(session: ClientSession, bounds: ControlBounds) {
    this.#session = session;
    this.#bounds = bounds;
  }

  /** Serves until the listener is closed, and then ends what is still connected. Never rejects. */
  async serve(listener: ControlListener): Promise<void> {
    for (;;) {
      let conn: Deno.Conn;
      try {
        conn = await listener.accept();
      } catch (error) {
        // Closed, which is how serving ends; anything else is about one connection.
        if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) break;
        await new Promise((resolve) => setTimeout(resolve, ACCEPT_BACK_OFF_MS));
        continue;
      }
      const serving = this.#serveOne(conn);
      this.#serving.add(serving);
      serving.finally(() => this.#serving.delete(serving));
    }
    for (const conn of this.#connections) closeQuietly(conn);
    await Promise.all(this.#serving);
  }

  async #serveOne(conn: Deno.Conn): Promise<void> {
    const output = new LineOutput(conn, this.#bounds.printedLength);
    if (this.#connections.size >= this.#bounds.controlConnections) {
      const message = `${this.#connections.size} programs use this socket already, which is the limit`;
      await output.print(encodeError(null, { reason: "full", message }));
      await output.flushed();
      return closeQuietly(conn);
    }
    this.#connections.add(conn);
    const relay = new RequestRelay(this.#session, {
      methods: METHODS,
      maxPending: this.#bounds.controlRequests,
      answer: (line) => output.print(line),
      inform: (line) => output.tryPrint(line),
    });
    try {
      await this.#readLines(conn, (line) => this.#take(line, relay, output));
    } catch {
      // Reset, or closed by us.
    }
    relay.cancelAll();
    await relay.idle();
    await output.flushed();
    this.#connections.delete(conn);
    closeQuietly(conn);
  }

  /** Reads on while requests are under way, up to their bound: or a hang-up would not be noticed before their answers. */
  async #readLines(conn: Deno.Conn, take: (line: Line) => Promise<void>): Promise<void> {
    const framer = new LineFramer(this.#bounds.inputLineBytes);
    const buffer = new Uint8Array(READ_BYTES);
    for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
      for (const line of framer.push(buffer.subarray(0, count))) await take(line);
    }
  }

  async #take(line: Line, relay: RequestRelay, output: LineOutput): Promise<void> {
    if ("text" in line) return await relay.take(line.text);
    await output.print(
      encodeError(null, { reason: "too_large", message: `The line is ${line.fault.replace("_", " ")}` }),
    );
  }
}

const READ_BYTES = 16 * 1024;
const ACCEPT_BACK_OFF_MS = 100;

function closeQuietly(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // Closed already.
  }
}
