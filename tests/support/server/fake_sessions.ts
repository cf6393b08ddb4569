// Sessions over connections that a test has in its hand: one that never takes a byte stalls at exactly that byte.

import { Deadlines } from "../../../src/time/deadlines.ts";
import type { ClientConnection, Incoming, Listener } from "../../../src/server/connection/listener.ts";
import { Session, type SessionHost } from "../../../src/server/connection/session.ts";
import { WriteScheduler } from "../../../src/server/connection/write_scheduler.ts";
import type { Json } from "./raw_client.ts";

/** A connection whose bytes come when the test says so; what is written is kept, or not taken at all when it is stalled. */
export class FakeConnection implements Incoming {
  readonly remoteAddr: Deno.NetAddr;
  readonly written: string[] = [];
  readonly #isStalled: boolean;
  readonly #coming: (Uint8Array | null)[] = [];
  #reader: (() => void) | undefined;
  #isClosed = false;

  constructor({ isStalled = false, port = 1 } = {}) {
    this.#isStalled = isStalled;
    this.remoteAddr = { transport: "tcp", hostname: "192.0.2.1", port };
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Every message written so far. */
  get messages(): Json[] {
    return this.written.join("").split("\n").slice(0, -1).map((line) => JSON.parse(line));
  }

  /** What comes from the client, never empty; `null` is the end of its stream. */
  feed(what: string | Uint8Array | null): void {
    this.#coming.push(typeof what === "string" ? new TextEncoder().encode(what) : what);
    this.#reader?.();
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    while (this.#coming.length === 0) await new Promise<void>((resolve) => this.#reader = resolve);
    const bytes = this.#coming[0]!;
    if (bytes === null) return null;
    const count = Math.min(bytes.length, buffer.length);
    buffer.set(bytes.subarray(0, count));
    if (count < bytes.length) this.#coming[0] = bytes.subarray(count);
    else this.#coming.shift();
    return count;
  }

  write(bytes: Uint8Array): Promise<number> {
    if (this.#isStalled) return new Promise(() => {});
    this.written.push(new TextDecoder().decode(bytes));
    return Promise.resolve(bytes.length);
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.#isClosed = true;
    this.feed(null);
  }
}

/** A listener that brings just these connections, and then no more until it is closed. */
export class FakeListener implements Listener {
  readonly addr: Deno.NetAddr = { transport: "tcp", hostname: "192.0.2.1", port: 6001 };
  readonly #closed = Promise.withResolvers<void>();
  readonly #connections: readonly FakeConnection[];

  constructor(connections: readonly FakeConnection[]) {
    this.#connections = connections;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Incoming> {
    yield* this.#connections;
    await this.#closed.promise;
  }

  close(): void {
    this.#closed.resolve();
  }
}

export interface FakeHostOptions {
  readonly outboxBytes: number;
  readonly onClosed: SessionHost["onClosed"];
}

/** Makes sessions that share a host; its clock stands still. */
export function fakeSessions({ outboxBytes, onClosed }: FakeHostOptions) {
  const turns = new WriteScheduler(() => {}, (callback) => callback());
  const lingering = new Deadlines<Session>({ now: () => 0, after: () => () => {} }, () => {});
  const host: SessionHost = {
    writes: turns,
    yieldToIo: { mustWait: false, mustShare: () => false, take: () => Promise.resolve() },
    lingering,
    lineBytes: 65_536,
    outboxBytes,
    lingerMs: 1_000,
    lingeringRefusals: 0,
    now: () => 0,
    onLines: () => {},
    onFault: (error) => {
      throw error;
    },
    onClosed,
    onDisconnected: () => {},
  };
  let port = 1;
  const make = (connection: ClientConnection) =>
    new Session(connection, { ip: "192.0.2.1", port: port++ }, 0, host);
  return { make, turns };
}
