// What of a running server can be changed by a reload, each as a part that prepares first and takes over then.

import type { TokenEntry } from "../config/load_tokens.ts";
import type { ServerConfig } from "../config/server_config.ts";
import type { Listener, RankServer } from "../server/rank_server.ts";
import type { ReadText } from "./read_text.ts";
import { readTokensAgain } from "./read_tokens_file.ts";
import { type LivePart, ReloadError } from "./reload.ts";
import { readTlsFiles, TlsFilesError, type TlsPair } from "./tls_files.ts";
import { listenWithTls } from "./tls_listener.ts";

/** The allow-list with its rules. */
export function commandsPart(server: Pick<RankServer, "reconfigure">): LivePart {
  return {
    prepare: (next) => Promise.resolve({ changed: [], apply: () => server.reconfigure(next), discard() {} }),
  };
}

/** The certificate and its key: a second listener for new connections, and then the first one goes. Nobody is dropped. */
export function certificatePart(
  server: Pick<RankServer, "address" | "replaceListener">,
  config: ServerConfig,
  current: TlsPair,
  read: (path: string) => Promise<ReadText>,
): LivePart {
  let used = current;
  // The files of the start: of others, the reader knows nothing.
  const { host, tls, limits } = config;
  return {
    async prepare() {
      try {
        const pair = await readTlsFiles(tls, read, Date.now());
        if (pair.cert === used.cert && pair.key === used.key) return undefined;
        const { port } = server.address;
        const listener: Listener = listenWithTls(
          { host, port, backlog: limits.acceptBacklog, files: tls },
          pair,
        );
        return {
          changed: ["certificate"],
          apply() {
            used = pair;
            server.replaceListener(listener);
          },
          discard: () => listener.close(),
        };
      } catch (error) {
        if (error instanceof TlsFilesError) throw new ReloadError(error.message);
        throw error;
      }
    },
  };
}

/** The tokens in the file that the server was started with. Whoever is in with one that is gone is put out. */
export function tokensPart(
  server: Pick<RankServer, "replaceTokens">,
  path: string,
  current: readonly TokenEntry[],
  read: (path: string) => Promise<ReadText>,
): LivePart {
  let used = current;
  return {
    async prepare() {
      const tokens = await readTokensAgain(path, read);
      if (JSON.stringify(tokens) === JSON.stringify(used)) return undefined;
      return {
        changed: ["tokens"],
        apply() {
          used = tokens;
          server.replaceTokens(tokens);
        },
        discard() {},
      };
    },
  };
}
