// Lets programs on this machine act as this member: JSON-RPC lines over the control socket. When a program disconnects,
// its runs are cancelled.

import { type ControlListener, type LineTalk, serveLines, unreadable } from "../../control/mod.ts";
import { LineOutput } from "../output/mod.ts";
import { RequestRelay } from "../requests/mod.ts";
import type { ClientSession } from "../session/mod.ts";

/** What may be requested; `hello` and `watch` concern the seat as a whole. */
const METHODS: ReadonlySet<string> = new Set([
  "run",
  "cancel",
  "roster",
  "commands",
  "yield",
  "ping",
  "status",
]);

export interface ControlBounds {
  readonly controlConnections: number;
  readonly controlRequests: number;
  readonly inputLineBytes: number;
  readonly printedLength: number;
}

export class ControlServer {
  readonly #session: ClientSession;
  readonly #bounds: ControlBounds;

  constructor(session: ClientSession, bounds: ControlBounds) {
    this.#session = session;
    this.#bounds = bounds;
  }

  /** Serves until the listener is closed, and then ends what is still connected. Never rejects. */
  serve(listener: ControlListener): Promise<void> {
    return serveLines(listener, {
      maxConnections: this.#bounds.controlConnections,
      lineBytes: this.#bounds.inputLineBytes,
      talk: (conn) => this.#talk(conn),
    });
  }

  #talk(conn: Pick<Deno.Conn, "write">): LineTalk {
    const output = new LineOutput(conn, this.#bounds.printedLength);
    const relay = new RequestRelay(this.#session, {
      methods: METHODS,
      maxPending: this.#bounds.controlRequests,
      answer: (line) => output.print(line),
      inform: (line) => output.tryPrint(line),
    });
    return {
      // Resolves while requests are pending, up to their bound: otherwise a disconnect would be noticed only after their
      // answers.
      take: (line) => "text" in line ? relay.take(line.text) : output.print(unreadable(line)),
      async end() {
        relay.cancelAll();
        await relay.idle();
        await output.flushed();
      },
    };
  }
}
