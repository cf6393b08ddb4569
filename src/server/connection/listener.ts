// Accepts connections. `for await` over a listener ends at the first failed accept, and accepts do fail on a healthy
// server: a client that resets its connection before it is accepted (ENOTCONN) must not delay the next one, while a
// shortage of file descriptors (EMFILE) requires a back-off.

import type { Report } from "../../log/mod.ts";
import { BackOff, type Clock, DENO_CLOCK, wait, type YieldToIo } from "../../time/mod.ts";
import type { ByteWriter } from "./outbox.ts";

/** The part of `Deno.Conn` that a session needs. */
export interface ClientConnection extends ByteWriter {
  /** Resolves with the number of bytes read, or `null` at the end of the stream; rejects when the connection broke. */
  read(buffer: Uint8Array): Promise<number | null>;
  closeWrite(): Promise<void>;
  close(): void;
}

/** A connection as a listener yields it. */
export type Incoming = ClientConnection & {
  readonly remoteAddr: Deno.Addr;
  /** TCP only. */
  setNoDelay?(isOn: boolean): void;
  /** TCP only: keep-alive probes at the system's own interval. */
  setKeepAlive?(isOn: boolean): void;
  /** TLS only: resolves when the connection can be used, rejects when it never will. No seat is assigned before. */
  handshake?(): Promise<unknown>;
};

/** A source of connections that can be closed, such as `Deno.listen` returns. */
export interface Listener extends AsyncIterable<Incoming> {
  readonly addr: Deno.Addr;
  close(): void;
}

export interface AcceptorOptions {
  /** Must not throw. */
  readonly onConnection: (connection: Incoming) => void;
  readonly yieldToIo: Pick<YieldToIo, "take">;
  readonly after: Clock["after"];
  readonly report: Report;
}

/** Accepts the connections of a listener until it is closed. */
export class Acceptor {
  readonly #listener: Listener;
  readonly #closing = new AbortController();
  /** Resolves when no more connections are accepted. */
  readonly closed: Promise<void>;

  /** Owns `listener` from now on. */
  constructor(listener: Listener, { onConnection, yieldToIo, after, report }: AcceptorOptions) {
    this.#listener = listener;
    this.closed = acceptLoop(listener, {
      onConnection,
      yieldToIo,
      after,
      onFailure(error, retryMs) {
        const message = error instanceof Error ? error.message : String(error);
        report({ event: "accept_failed", message, retry_ms: retryMs });
      },
      signal: this.#closing.signal,
    });
  }

  /** The address it listens on, with the actual port. */
  get address(): Deno.NetAddr {
    return this.#listener.addr as Deno.NetAddr;
  }

  close(): void {
    this.#closing.abort();
    this.#listener.close();
  }
}

const BACK_OFF = { minMs: 10, maxMs: 1_000 };
/** Connections accepted in a row before other I/O gets a turn: a flood of them would monopolize the event loop. */
const MAX_IN_A_ROW = 20;

export interface AcceptLoopOptions<Connection> {
  /** Must not throw. */
  readonly onConnection: (connection: Connection) => void;
  readonly yieldToIo: Pick<YieldToIo, "take">;
  readonly after?: Clock["after"];
  readonly onFailure: (error: unknown, retryMs: number) => void;
  /** Aborted by the owner of the listener when it closes it. */
  readonly signal: AbortSignal;
}

/** Passes connections to `onConnection` until the listener is closed. */
export async function acceptLoop<Connection>(
  listener: AsyncIterable<Connection>,
  { onConnection, yieldToIo, onFailure, signal, after = DENO_CLOCK.after }: AcceptLoopOptions<Connection>,
): Promise<void> {
  // Without jitter: there is only one server to wait.
  const backOff = new BackOff(BACK_OFF, () => 1);
  let inARow = 0;
  const yieldToOthers = async () => {
    if (++inARow % MAX_IN_A_ROW === 0) await yieldToIo.take();
  };
  while (!signal.aborted) {
    try {
      for await (const connection of listener) {
        backOff.reset();
        onConnection(connection);
        await yieldToOthers();
      }
      return;
    } catch (error) {
      if (signal.aborted) return;
      // No failure of the server: a port scan does this.
      if (isResetBeforeAccept(error)) {
        await yieldToOthers();
        continue;
      }
      const waitMs = backOff.next();
      onFailure(error, waitMs);
      await wait(after, waitMs, signal);
    }
  }
}

/** Whether only this connection failed: waiting would let any client that resets connections delay the others. */
function isResetBeforeAccept(error: unknown): boolean {
  const { NotConnected, ConnectionAborted, ConnectionReset } = Deno.errors;
  return error instanceof NotConnected || error instanceof ConnectionAborted ||
    error instanceof ConnectionReset;
}
