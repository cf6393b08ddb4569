// Polls the sockets by sending one byte to this process over a loopback connection: only the runtime's I/O driver can deliver
// it, and by then it has looked at every other socket. That costs 0.15 ms; a timer of 0 ms, which also makes the runtime poll,
// takes more than 2.

import type { IoPoll } from "../../time/mod.ts";

const LOOPBACK = "127.0.0.1";
const BYTE = new Uint8Array(1);

/** A byte that takes longer, twice in a row, will not arrive: loopback was switched off. */
const MAX_POLL_MS = 1_000;

/** Both ends of one connection. */
export interface Pair {
  readonly reader: Pick<Deno.Conn, "read" | "close">;
  readonly writer: Pick<Deno.Conn, "write" | "close">;
}

/** Polls by timers until its connection is open, and when it is lost. */
export interface OpenedIoPoll extends IoPoll, Disposable {
  /** Resolves when the connection is open, or cannot be opened. */
  readonly opened: Promise<void>;
}

/** Starts to open the connection, which requires the permission to use the network. */
export function openIoPoll(
  open: () => Promise<Pair | undefined> = openPair,
  maxPollMs = MAX_POLL_MS,
): OpenedIoPoll {
  return new LoopbackPoll(open, maxPollMs);
}

async function openPair(): Promise<Pair | undefined> {
  using listener = Deno.listen({ hostname: LOOPBACK, port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const writer = await Deno.connect({ hostname: LOOPBACK, port });
  const reader = await listener.accept();
  // Another process may have connected first; its bytes would mean nothing.
  if ((reader.remoteAddr as Deno.NetAddr).port === (writer.localAddr as Deno.NetAddr).port) {
    writer.setNoDelay(true);
    return { reader, writer };
  }
  reader.close();
  writer.close();
  return undefined;
}

class LoopbackPoll implements OpenedIoPoll {
  readonly opened: Promise<void>;
  #pair: Pair | undefined;
  #isClosed = false;
  readonly #maxPollMs: number;
  readonly #buffer = new Uint8Array(1);

  constructor(open: () => Promise<Pair | undefined>, maxPollMs: number) {
    this.#maxPollMs = maxPollMs;
    this.opened = open().then((pair) => {
      this.#pair = pair;
      if (this.#isClosed) this.#closePair();
    }, () => {});
  }

  now(): number {
    return performance.now();
  }

  poll(polled: () => void): void {
    if (this.#pair === undefined) return void setTimeout(polled, 0);
    const { reader, writer } = this.#pair;
    const lose = () => this.#closePair();
    // The second time, because this process may have been suspended during the first.
    let timer = setTimeout(() => timer = setTimeout(lose, this.#maxPollMs), this.#maxPollMs);
    const end = (count: number | null) => {
      clearTimeout(timer);
      if (count === null) lose();
      polled();
    };
    // The read begins first, so that it cannot end without a poll.
    reader.read(this.#buffer).then(end, () => end(null));
    writer.write(BYTE).catch(lose);
  }

  afterIo(callback: () => void): void {
    setImmediate(callback);
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#closePair();
  }

  /** This also ends a poll under way. */
  #closePair(): void {
    const pair = this.#pair;
    this.#pair = undefined;
    pair?.reader.close();
    pair?.writer.close();
  }
}
