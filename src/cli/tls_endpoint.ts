// Where a server with TLS is reached, in either of two ways. Where the runtime can, TLS lies over the connections of a
// plain listener; an older one, such as executables for trying are made with, has only a listener of its own for it.

import type { TlsFiles } from "../config/tls_settings.ts";
import type { RankServer } from "../server/rank_server.ts";
import type { Listener } from "../server/server_system.ts";
import type { TlsPair } from "../tls/tls_listener.ts";

export interface TlsAddress {
  readonly host: string;
  readonly port: number;
  readonly backlog: number;
  /** For messages. */
  readonly files: TlsFiles;
}

export interface TlsEndpoint {
  readonly listener: Listener;
  /** Whether the right to listen is needed for a new certificate. */
  readonly listensAgain: boolean;
  /**
   * Makes a new certificate ready for connections to come.
   *
   * @param server that has been given the listener.
   * @throws {TlsFilesError} for a pair that cannot be used.
   */
  prepare(pair: TlsPair, server: Pick<RankServer, "address" | "replaceListener">): Promise<Renewal>;
}

/** Exactly one of the two is to be called. */
export interface Renewal {
  readonly apply: () => void;
  readonly discard: () => void;
}
