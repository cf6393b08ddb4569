// TLS by a listener of the runtime's own, for runtimes that cannot lay it over a plain one: in versions 1.2 and 1.3, as
// rustls has no older ones. A connection that is closed within its handshake keeps its descriptor for as long as its
// other end likes, and none has TCP_NODELAY.

import type { TlsPair } from "../tls/tls_listener.ts";
import type { TlsAddress, TlsEndpoint } from "./tls_endpoint.ts";
import { unfitPair } from "./tls_files.ts";

/** @throws {TlsFilesError} for a pair that cannot be used, and what `Deno.listen` throws. */
export function nativeTls(address: TlsAddress, pair: TlsPair): TlsEndpoint {
  const { host, port } = address;
  // A listener that lets another one in beside it would also let in a second server. This one does not.
  Deno.listen({ hostname: host, port }).close();
  return {
    listener: listen(address, pair),
    listensAgain: true,
    // A second listener for new connections; the first one goes when nobody waits at it any more.
    prepare(pair, server) {
      const listener = listen({ ...address, port: server.address.port }, pair);
      return Promise.resolve({
        apply: () => server.replaceListener(listener),
        discard: () => listener.close(),
      });
    },
  };
}

/** Also beside a listener that has the port already: while there are two, nobody is refused. */
function listen({ host, port, backlog, files }: TlsAddress, { cert, key }: TlsPair): Deno.TlsListener {
  try {
    return Deno.listenTls({ hostname: host, port, cert, key, tcpBacklog: backlog, reusePort: true });
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) throw error;
    throw unfitPair(files, error);
  }
}
