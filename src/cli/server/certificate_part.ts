// The server's certificate as a part that a reload can change. Only a server with TLS loads this, as node:tls takes time.

import type { ServerConfig } from "../../config/mod.ts";
import { type OpenedTls, readTlsFiles, secureContextFor, TlsFilesError } from "./tls/mod.ts";
import type { TextReader } from "../shared/mod.ts";
import { type LivePart, ReloadError } from "./reload.ts";

/** The certificate and its key, for new connections. No client is dropped. */
export function certificatePart(
  // The files of the start: of others, the reader knows nothing.
  { tls }: Pick<ServerConfig, "tls">,
  { listener, pair }: OpenedTls,
  read: TextReader,
): LivePart {
  let used = pair;
  return {
    async prepare() {
      try {
        const pair = await readTlsFiles(tls, read, Date.now());
        if (pair.cert === used.cert && pair.key === used.key) return undefined;
        const secureContext = await secureContextFor(pair, tls);
        return {
          changed: ["certificate"],
          apply() {
            used = pair;
            listener.renew(secureContext);
          },
        };
      } catch (error) {
        if (error instanceof TlsFilesError) throw new ReloadError(error.message);
        throw error;
      }
    },
  };
}
