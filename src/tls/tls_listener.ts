// Adds TLS to the connections of a TCP listener. The certificate can be replaced while it listens; later connections get the
// new one.

import { setImmediate } from "node:timers/promises";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import { DirectConnection } from "./direct_connection.ts";
import { StreamConnection } from "./stream_connection.ts";
import type { IoShare, TcpConnection, TlsConnection } from "./tcp_connection.ts";
import { TcpStream } from "./tcp_stream.ts";
import { type TlsWrapClass, wrapClassOf } from "./tls_wrap.ts";

/** A certificate, followed by its intermediate certificates, and its private key, both in PEM. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

/** What connections need: the certificate, and the runtime's TLS if its interface is known. */
export interface TlsContext {
  readonly secureContext: SecureContext;
  readonly Wrap: TlsWrapClass | undefined;
}

/** The part of `Deno.TcpListener` that is needed. */
export interface TcpListener extends AsyncIterable<TcpConnection> {
  readonly addr: Deno.Addr;
  close(): void;
}

export class TlsListener implements AsyncIterable<TlsConnection> {
  readonly #listener: TcpListener;
  readonly #yieldToIo: IoShare;
  #context: TlsContext;

  /** Owns `listener` from now on. */
  constructor(listener: TcpListener, context: TlsContext, yieldToIo: IoShare) {
    this.#listener = listener;
    this.#context = context;
    this.#yieldToIo = yieldToIo;
  }

  get addr(): Deno.Addr {
    return this.#listener.addr;
  }

  /** Sets the context for later connections. */
  renew(context: TlsContext): void {
    this.#context = context;
  }

  close(): void {
    this.#listener.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TlsConnection> {
    for await (const connection of this.#listener) {
      yield startTls(connection, this.#context, this.#yieldToIo);
    }
  }
}

/** The server's side of a TLS connection over `transport`, which it owns from now on. */
export function startTls(transport: TcpConnection, context: TlsContext, yieldToIo: IoShare): TlsConnection {
  const { secureContext, Wrap } = context;
  return Wrap === undefined
    ? new StreamConnection(transport, secureContext, yieldToIo)
    : new DirectConnection(transport, Wrap, secureContext, yieldToIo);
}

/**
 * Creates the context that connections need.
 *
 * @throws {Error} when the runtime does not accept the pair. It only checks that for a connection, so this makes one without
 * a peer.
 */
export async function tlsContextOf(pair: TlsPair): Promise<TlsContext> {
  const secureContext = createSecureContext(pair);
  const socket = new TLSSocket(new TcpStream(NO_PEER, NO_FLOW, NEVER_BUSY), {
    isServer: true,
    secureContext,
  });
  try {
    const failed = Promise.withResolvers<never>();
    socket.on("error", failed.reject);
    await Promise.race([failed.promise, setImmediate()]);
    return { secureContext, Wrap: wrapClassOf(socket) };
  } finally {
    socket.destroy();
  }
}

const NO_FLOW = { wantsMore: () => false, producedBytes: () => 0 };
const NEVER_BUSY: IoShare = { mustWait: false, take: () => Promise.resolve(), spend() {} };
/** A connection on which nothing is ever received. */
const NO_PEER = {
  read: () => new Promise<never>(() => {}),
  write: (bytes: Uint8Array) => Promise.resolve(bytes.length),
  closeWrite: () => Promise.resolve(),
};
