// A listener that speaks TLS, versions 1.2 and 1.3 (the runtime's own, rustls, has no older ones).

import type { TlsFiles } from "../config/tls_settings.ts";
import { type TlsPair, unfitPair } from "./tls_files.ts";

export interface TlsListenOptions {
  readonly host: string;
  readonly port: number;
  readonly backlog: number;
  /** For messages. */
  readonly files: TlsFiles;
}

/**
 * The first listener of a server.
 *
 * @throws {TlsFilesError} for a pair that cannot be used, and what `Deno.listen` throws.
 */
export function listenFirstWithTls(options: TlsListenOptions, pair: TlsPair): Deno.TlsListener {
  // A listener that lets another one in beside it would also let in a second server. This one does not.
  Deno.listen({ hostname: options.host, port: options.port }).close();
  return listenWithTls(options, pair);
}

/** Also beside a listener that has the port already: while there are two, nobody is refused. */
export function listenWithTls(
  { host, port, backlog, files }: TlsListenOptions,
  { cert, key }: TlsPair,
): Deno.TlsListener {
  try {
    return Deno.listenTls({ hostname: host, port, cert, key, tcpBacklog: backlog, reusePort: true });
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) throw error;
    throw unfitPair(files, error);
  }
}
