// A TCP listener whose connections get TLS. The certificate can be renewed while it listens: whoever comes later is shown
// the new one, and nobody else notices.

import { setImmediate } from "node:timers/promises";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import { type TcpConnection, TlsConnection } from "./tls_connection.ts";
import { TcpStream } from "./tcp_stream.ts";

/** A certificate, with those between it and its authority behind it, and its private key, both in PEM. */
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
  #secureContext: SecureContext;

  /** @param listener belongs to this one from now on. */
  constructor(listener: TcpListener, secureContext: SecureContext) {
    this.#listener = listener;
    this.#secureContext = secureContext;
  }

  get addr(): Deno.Addr {
    return this.#listener.addr;
  }

  /** From now on connections get this one. */
  renew(secureContext: SecureContext): void {
    this.#secureContext = secureContext;
  }

  close(): void {
    this.#listener.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TlsConnection> {
    for await (const connection of this.#listener) {
      yield new TlsConnection(connection, this.#secureContext);
    }
  }
}

/**
 * What connections are secured with.
 *
 * @throws {Error} when the runtime does not take the pair. It finds that out with the first connection alone, so it is
 * given one that leads nowhere.
 */
export async function secureContextOf(pair: TlsPair): Promise<SecureContext> {
  const secureContext = createSecureContext(pair);
  const socket = new TLSSocket(new TcpStream(NOWHERE, NO_DEMAND), { isServer: true, secureContext });
  try {
    const failed = Promise.withResolvers<never>();
    socket.on("error", failed.reject);
    await Promise.race([failed.promise, setImmediate()]);
  } finally {
    socket.destroy();
  }
  return secureContext;
}

const NO_DEMAND = { isThere: () => false, met: () => 0 };
/** Nothing ever comes from there. */
const NOWHERE = {
  read: () => new Promise<never>(() => {}),
  write: (bytes: Uint8Array) => Promise.resolve(bytes.length),
  closeWrite: () => Promise.resolve(),
};
