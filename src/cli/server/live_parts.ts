// What of a running server can be changed by a reload, each as a part that prepares first and takes over then.

import type { TokenEntry } from "../../config/mod.ts";
import type { RankServer } from "../../server/mod.ts";
import type { TextReader } from "../shared/mod.ts";
import { readTokensFile } from "./files/mod.ts";
import type { LivePart } from "./reload.ts";

/** The allow-list with its rules. */
export function commandsPart(server: Pick<RankServer, "reconfigure">): LivePart {
  return {
    prepare: (next) => Promise.resolve({ changed: [], apply: () => server.reconfigure(next) }),
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
      };
    },
  };
}
