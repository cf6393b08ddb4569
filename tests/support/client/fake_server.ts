// A server that says what a test tells it to: plain sockets and lines, no rule of its own.

import { assertEquals } from "@std/assert";
import { LineFramer } from "../../../src/protocol/wire/line_framer.ts";
import { SERVER_LIMITS } from "./server_limits.ts";

export type Json = Record<string, unknown>;

export const WELCOME = {
  rank: 1,
  ticket: 7,
  epoch: 3,
  members: 2,
  capacity: 20,
  commands: ["uptime"],
  protocol: 1,
  limits: SERVER_LIMITS,
  times: { heartbeat_ms: 10_000, silence_ms: 30_000, resume_grace_ms: 0, lease_ms: 0, lead_after_ms: 0 },
};

export const ROSTER = { epoch: 3, capacity: 20, members: [], you: 1 };

/** The answer to a run that no executor got. */
export const SUMMARY = {
  executors: 0,
  ok: 0,
  failed: 0,
  refused: 0,
  delivered: 0,
  timed_out: 0,
  lost: 0,
  cancelled: 0,
  results: [],
};

/** The params of an `execute`. */
export const EXECUTE = {
  command: "stubborn",
  args: [],
  from: { rank: 0, ticket: 3, name: "boss" },
  epoch: 4,
};

/** The server's end of one connection. */
export class Peer {
  readonly #conn: Deno.Conn;
  readonly #lines: Json[] = [];
  #isEnded = false;
  #wake: (() => void) | undefined;
  readonly #reading: Promise<void>;

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
    this.#reading = this.#read();
  }

  /** The next message from the client; fails when the client has closed. */
  async next(): Promise<Json> {
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined) return line;
      if (this.#isEnded) throw new Error("Cannot read a message: the client has closed");
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  /** The next message with that method. */
  async nextWith(method: string): Promise<Json> {
    const message = await this.next();
    assertEquals(message.method, method, JSON.stringify(message));
    return message;
  }

  /** Resolves when the client has closed its side. */
  async ended(): Promise<void> {
    await this.#reading;
  }

  async sendRaw(text: string): Promise<void> {
    let bytes = new TextEncoder().encode(text);
    while (bytes.length > 0) bytes = bytes.subarray(await this.#conn.write(bytes));
  }

  send(message: Json): Promise<void> {
    return this.sendRaw(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }

  notify(method: string, params: Json): Promise<void> {
    return this.send({ method, params });
  }

  /** Reads the hello, and welcomes as the real server does. */
  async welcome(welcome: Json = {}): Promise<Json> {
    const params = { ...WELCOME, ...welcome };
    await this.notify("welcome", params);
    const hello = await this.nextWith("hello");
    await this.send({ id: hello.id, result: params });
    return hello;
  }

  async close(): Promise<void> {
    try {
      this.#conn.close();
    } catch {
      // Closed by the test already.
    }
    await this.#reading;
  }

  async #read(): Promise<void> {
    const framer = new LineFramer(64 * 1024 * 1024);
    const buffer = new Uint8Array(64 * 1024);
    try {
      for (;;) {
        const count = await this.#conn.read(buffer);
        if (count === null) break;
        for (const line of framer.push(buffer.subarray(0, count))) {
          if ("text" in line) this.#lines.push(JSON.parse(line.text));
        }
        this.#wakeUp();
      }
    } catch {
      // Closed under the read.
    }
    this.#isEnded = true;
    this.#wakeUp();
    // As a real server does: a client that has said its last word waits for the end of the stream.
    await this.#conn.closeWrite().catch(() => {/* Broken, or closed by the test. */});
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}

export class FakeServer implements AsyncDisposable {
  #listener: Deno.Listener;
  readonly port: number;
  readonly #peers: Peer[] = [];

  constructor() {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.port = (this.#listener.addr as Deno.NetAddr).port;
  }

  async accept(): Promise<Peer> {
    const conn = await this.#listener.accept();
    if ("setNoDelay" in conn) (conn as Deno.TcpConn).setNoDelay(true);
    const peer = new Peer(conn);
    this.#peers.push(peer);
    return peer;
  }

  /** A connection that has been welcomed. */
  async seat(welcome: Json = {}): Promise<Peer> {
    const peer = await this.accept();
    await peer.welcome(welcome);
    return peer;
  }

  stopListening(): void {
    this.#listener.close();
  }

  /** Listens on the same port again. */
  listenAgain(): void {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: this.port });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#listener.close();
    } catch {
      // Closed by the test already.
    }
    for (const peer of this.#peers) await peer.close();
  }
}
