// What of a running server can be changed by a reload, each as a part that prepares first and takes over then.

import type { TokenEntry } from "../config/load_tokens.ts";
import type { ServerConfig } from "../config/server_config.ts";
import type { RankServer } from "../server/rank_server.ts";
import type { OpenedTls } from "./open_tls.ts";
import type { TextReader } from "./read_text.ts";
import { readTokensFile } from "./read_tokens_file.ts";
import { type LivePart, ReloadError } from "./reload.ts";
import { readTlsFiles, TlsFilesError } from "./tls_files.ts";

/** The allow-list with its rules. */
export function commandsPart(server: Pick<RankServer, "reconfigure">): LivePart {
  return {
    prepare: (next) => Promise.resolve({ changed: [], apply: () => server.reconfigure(next), discard() {} }),
  };
}

/** The certificate and its key, for connections to come. Nobody is dropped. */
export function certificatePart(
  server: Pick<RankServer, "address" | "replaceListener">,
  // The files of the start: of others, the reader knows nothing.
  { tls }: Pick<ServerConfig, "tls">,
  { endpoint, pair }: OpenedTls,
  read: TextReader,
): LivePart {
  let used = pair;
  return {
    async prepare() {
      try {
        const pair = await readTlsFiles(tls, read, Date.now());
        if (pair.cert === used.cert && pair.key === used.key) return undefined;
        const { apply, discard } = await endpoint.prepare(pair, server);
        return {
          changed: ["certificate"],
          apply() {
            used = pair;
            apply();
          },
          discard,
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
  read: TextReader,
): LivePart {
  let used = current;
  return {
    async prepare() {
      const tokens = await readTokensFile(path, read);
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
