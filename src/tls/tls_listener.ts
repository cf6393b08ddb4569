// Adds TLS to the connections of a TCP listener. The certificate can be replaced while it listens; later connections get the
// new one.

import { setImmediate } from "node:timers/promises";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import { type TcpConnection, TlsConnection } from "./tls_connection.ts";
import { type IoShare, TcpStream } from "./tcp_stream.ts";

/** A certificate, followed by its intermediate certificates, and its private key, both in PEM. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

/** The part of `Deno.TcpListener` that is needed. */
export interface TcpListener extends AsyncIterable<TcpConnection> {
  readonly addr: Deno.Addr;
  close(): void;
}

export class TlsListener implements AsyncIterable<TlsConnection> {
  readonly #listener: TcpListener;
  readonly #yieldToIo: IoShare;
  #secureContext: SecureContext;

  /** Owns `listener` from now on. */
  constructor(listener: TcpListener, secureContext: SecureContext, yieldToIo: IoShare) {
    this.#listener = listener;
    this.#secureContext = secureContext;
    this.#yieldToIo = yieldToIo;
  }

  get addr(): Deno.Addr {
    return this.#listener.addr;
  }

  /** Sets the context for later connections. */
  renew(secureContext: SecureContext): void {
    this.#secureContext = secureContext;
  }

  close(): void {
    this.#listener.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TlsConnection> {
    for await (const connection of this.#listener) {
      yield new TlsConnection(connection, this.#secureContext, this.#yieldToIo);
    }
  }
}

/**
 * Creates the context that connections need.
 *
 * @throws {Error} when the runtime does not accept the pair. It only checks that for a connection, so this makes one without
 * a peer.
 */
export async function secureContextOf(pair: TlsPair): Promise<SecureContext> {
  const secureContext = createSecureContext(pair);
  const socket = new TLSSocket(new TcpStream(NO_PEER, NO_FLOW, NEVER_BUSY), {
    isServer: true,
    secureContext,
  });
  try {
    const failed = Promise.withResolvers<never>();
    socket.on("error", failed.reject);
    await Promise.race([failed.promise, setImmediate()]);
  } finally {
    socket.destroy();
  }
  return secureContext;
}

const NO_FLOW = { wantsMore: () => false, producedBytes: () => 0 };
const NEVER_BUSY: IoShare = { mustWait: false, take: () => Promise.resolve(), spend() {} };
/** A connection on which nothing is ever received. */
const NO_PEER = {
  read: () => new Promise<never>(() => {}),
  write: (bytes: Uint8Array) => Promise.resolve(bytes.length),
  closeWrite: () => Promise.resolve(),
};
