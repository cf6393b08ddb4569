// The limit for any server in this runtime: what comes in from one connection goes out to all others as it is. No
// messages, no ranks, no log; only the techniques that make fan-out fast, so that the distance to it is what the
// server's own work costs.

import { setImmediate } from "node:timers";

const WRITES_PER_TURN = 100;
const IDLE_BYTES = 512;
const BUSY_BYTES = 64 * 1024;
const WELCOME = new TextEncoder().encode("welcome\n");

/** One connection: at most one write under way, what comes meanwhile is joined for the next. */
class Receiver {
  readonly #conn: Deno.Conn;
  readonly #onBroken: () => void;
  #queued: Uint8Array[] = [];
  #isWriting = false;
  isScheduled = false;

  constructor(conn: Deno.Conn, onBroken: () => void) {
    this.#conn = conn;
    this.#onBroken = onBroken;
  }

  queue(bytes: Uint8Array): boolean {
    this.#queued.push(bytes);
    return !this.#isWriting && !this.isScheduled;
  }

  startWrite(): void {
    this.isScheduled = false;
    this.#isWriting = true;
    this.#write();
  }

  #write(): void {
    const chunk = this.#queued.length === 1 ? this.#queued[0]! : joined(this.#queued);
    this.#queued = [];
    this.#send(chunk);
  }

  #send(chunk: Uint8Array): void {
    this.#conn.write(chunk).then((count) => {
      if (count < chunk.length) return this.#send(chunk.subarray(count));
      if (this.#queued.length > 0) return this.#write();
      this.#isWriting = false;
    }, this.#onBroken);
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const receivers = new Set<Receiver>();
let waiting: Receiver[] = [];
let isTurnBooked = false;

function broadcast(bytes: Uint8Array, from: Receiver): void {
  for (const receiver of receivers) {
    if (receiver !== from && receiver.queue(bytes)) {
      receiver.isScheduled = true;
      waiting.push(receiver);
    }
  }
  if (!isTurnBooked) turn(0);
}

/** Starts the writes of one turn of the event loop and books the next. */
function turn(first: number): void {
  const end = Math.min(waiting.length, first + WRITES_PER_TURN);
  for (let i = first; i < end; i++) waiting[i]!.startWrite();
  isTurnBooked = end < waiting.length;
  if (isTurnBooked) setImmediate(turn, end);
  else waiting = [];
}

async function serve(conn: Deno.TcpConn | Deno.TlsConn): Promise<void> {
  // The runtime has no such switch for TLS.
  if ("setNoDelay" in conn) conn.setNoDelay(true);
  const self = new Receiver(conn, () => receivers.delete(self));
  receivers.add(self);
  let buffer = new Uint8Array(IDLE_BYTES);
  try {
    await conn.write(WELCOME);
    for (let count; (count = await conn.read(buffer)) !== null;) {
      broadcast(buffer.slice(0, count), self);
      if (count === buffer.length && count < BUSY_BYTES) buffer = new Uint8Array(BUSY_BYTES);
    }
  } catch {
    // The other end is gone, which is all that matters here.
  }
  receivers.delete(self);
}

if (import.meta.main) {
  const [port, cert, key] = Deno.args;
  const where = { hostname: "127.0.0.1", port: Number(port) };
  const listener = cert === undefined
    ? Deno.listen(where)
    : Deno.listenTls({ ...where, cert: Deno.readTextFileSync(cert), key: Deno.readTextFileSync(key!) });
  for await (const conn of listener) serve(conn);
}
