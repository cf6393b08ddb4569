// Servers at several addresses for one client, in memory: each is down, hangs or answers, as a test says. The clock stands
// still until the test moves it.

import type { ConnectionSystem } from "../../../src/client/connection/connection_system.ts";
import { FakeClock } from "../fake_clock.ts";
import { type Json, WELCOME } from "./fake_server.ts";

/** What becomes of a connection to an address; a function is called for each one that is made. */
export type Behavior = "down" | "hang" | ((conn: FakeConn) => void);

/** The server's end of a connection. */
export class FakeConn {
  readonly lines: Json[] = [];
  #read: ((count: number | null) => void) | undefined;
  #waiting: (Uint8Array | null)[] = [];
  #buffer: Uint8Array = new Uint8Array();

  send(message: Json): void {
    this.#push(new TextEncoder().encode(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`));
  }

  welcome(welcome: Json = {}): void {
    this.send({ method: "welcome", params: { ...WELCOME, ...welcome } });
  }

  breakOff(): void {
    this.#push(null);
  }

  /** The client's end. */
  readonly client = {
    read: (buffer: Uint8Array) =>
      new Promise<number | null>((resolve) => {
        this.#buffer = buffer;
        this.#read = resolve;
        this.#deliver();
      }),
    write: (bytes: Uint8Array) => {
      for (const line of new TextDecoder().decode(bytes).trim().split("\n")) {
        this.lines.push(JSON.parse(line));
      }
      return Promise.resolve(bytes.length);
    },
    closeWrite: () => Promise.resolve(this.breakOff()),
    close: () => this.breakOff(),
  };

  #push(bytes: Uint8Array | null): void {
    this.#waiting.push(bytes);
    this.#deliver();
  }

  #deliver(): void {
    if (this.#read === undefined || this.#waiting.length === 0) return;
    const bytes = this.#waiting.shift()!;
    if (bytes !== null) this.#buffer.set(bytes);
    const resolve = this.#read;
    this.#read = undefined;
    resolve(bytes?.length ?? null);
  }
}

export class FakeNetwork {
  readonly clock = new FakeClock();
  /** By host, and by IP address where the name has several. */
  readonly behaviors = new Map<string, Behavior>();
  readonly names = new Map<string, readonly string[]>();
  /** "host:port", with the IP address behind it, in the order in which they were dialled. */
  readonly dialled: string[] = [];
  /** In ms, of the waits between attempts. */
  readonly waits: number[] = [];
  readonly connections: FakeConn[] = [];

  readonly system: ConnectionSystem = {
    now: () => ({ running: this.clock.now(), wall: this.clock.now() }),
    after: (ms, callback) => this.clock.after(ms, callback),
    random: () => 0.5,
    delay: (ms, signal) =>
      new Promise((resolve, reject) => {
        this.waits.push(ms);
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        this.clock.after(ms, resolve);
      }),
    lookUp: ({ host }) => Promise.resolve(this.names.get(host) ?? []),
    connect: ({ host, port, ip }, signal) => {
      this.dialled.push(`${host}:${port}${ip === undefined ? "" : ` ${ip}`}`);
      const behavior = this.behaviors.get(ip ?? host) ?? "down";
      if (behavior === "down") return Promise.reject(new Error("refused"));
      if (behavior === "hang") {
        return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      }
      const conn = new FakeConn();
      this.connections.push(conn);
      behavior(conn);
      return Promise.resolve(conn.client);
    },
  };
}
