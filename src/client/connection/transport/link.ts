// One open connection as lines: reads them, sends them, and ends once, with a reason. It knows nothing of methods or of
// connecting again.

import { LineFramer, type Sink } from "../../../protocol/wire/mod.ts";
import { LineSender } from "./line_sender.ts";
import { DENO_CLOCK, type InstantClock, settlesWithin } from "../../../time/mod.ts";

/** The part of `Deno.Conn` that a link needs. */
export interface LinkConn extends Sink {
  read(buffer: Uint8Array): Promise<number | null>;
  closeWrite(): Promise<void>;
  close(): void;
}

export interface LinkBounds {
  /** Longest accepted line. */
  readonly lineBytes: number;
  /** UTF-16 code units that may wait to be sent. */
  readonly outgoingLength: number;
  readonly closeTimeoutMs: number;
}

const READ_BYTES = 64 * 1024;

export class Link {
  readonly #conn: LinkConn;
  readonly #bounds: LinkBounds;
  readonly #sender: LineSender;
  readonly #onLine: (line: string) => void;
  readonly #after: InstantClock["after"];
  readonly #ended: Promise<string>;
  #state: "open" | "closing" | "closed" = "open";
  #bytesRead = 0;
  /** Why this side ended the connection; the error of a read after that is only a consequence. */
  #reason: string | undefined;

  /** Begins to read; `onLine` is called for each line until the link is closed. */
  constructor(
    conn: LinkConn,
    bounds: LinkBounds,
    onLine: (line: string) => void,
    after: InstantClock["after"] = DENO_CLOCK.after,
  ) {
    this.#conn = conn;
    this.#bounds = bounds;
    this.#onLine = onLine;
    this.#after = after;
    this.#sender = new LineSender(conn, bounds.outgoingLength, (error) => this.destroy(describe(error)));
    this.#ended = this.#read();
  }

  /** Resolves with the reason when the connection has ended. Never rejects. */
  get ended(): Promise<string> {
    return this.#ended;
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** How many bytes have arrived so far. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** False when the line was not queued: too much is waiting, or the link is closed. */
  send(line: string): boolean {
    return this.#state === "open" && this.#sender.send(line);
  }

  /** Resolves when there is room for a line of `length`, or the link has ended. */
  hasRoomFor(length: number): Promise<void> {
    return this.#sender.hasRoomFor(length);
  }

  /** Sends what is queued, ends this side, and waits a bounded time for the other side to end. */
  async close(): Promise<void> {
    if (this.#state === "open") {
      this.#state = "closing";
      // Closing with bytes unread resets the connection, and that could take our last lines with it.
      await settlesWithin(this.#finish(), this.#bounds.closeTimeoutMs, this.#after);
      this.destroy("closed");
    }
    await this.#ended;
  }

  /** Ends the connection without waiting. */
  destroy(reason: string): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#reason ??= reason;
    this.#sender.abandon();
    try {
      this.#conn.close();
    } catch {
      // Closed already by the failure that led here.
    }
  }

  async #finish(): Promise<void> {
    await this.#sender.flushed();
    try {
      await this.#conn.closeWrite();
    } catch {
      return;
    }
    await this.#ended;
  }

  async #read(): Promise<string> {
    const framer = new LineFramer(this.#bounds.lineBytes);
    const buffer = new Uint8Array(READ_BYTES);
    let reason = "the server closed the connection";
    try {
      while (this.#state !== "closed") {
        const count = await this.#conn.read(buffer);
        if (count === null) break;
        this.#bytesRead += count;
        for (const line of framer.push(buffer.subarray(0, count))) {
          // An answer may be lost with the line, and there is no way to know which.
          if ("fault" in line) return this.#end(`the server sent a line that is ${line.fault}`);
          if (this.#state === "open") this.#onLine(line.text);
        }
      }
    } catch (error) {
      reason = describe(error);
    }
    return this.#end(reason);
  }

  #end(reason: string): string {
    this.destroy(reason);
    return this.#reason ?? reason;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
