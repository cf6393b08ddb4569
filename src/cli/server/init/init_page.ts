// The flags and the help of `rankserver init`.

import type { FlagSpec } from "../../../config/reader/mod.ts";
import { SERVER_EXIT } from "../../shared/mod.ts";

// deno-fmt-ignore -- tables: a line for each flag
export const INIT_PAGE = {
  summary:
    "Writes a commented configuration for a server and its first clients, with tokens and, on request, certificates, " +
    "and prints the commands to run next. It never replaces a file.",
  usage: [
    ["rankserver init standby [DIRECTORY] [FLAGS]", "clients under rankclient --lead: one leads, the others stand by"],
    ["rankserver init fleet [DIRECTORY] [FLAGS]", "a commander sends commands, and workers execute them"],
    ["rankserver init floor [DIRECTORY] [FLAGS]", "people share a floor, in browsers and terminals"],
  ],
  flags: [
    { name: "tls", value: "HOST,HOST...",
      help: "Make a private authority, and a certificate of it for these names and addresses of the server. Clients " +
        "connect to the first one. Unless all of them are of this machine, the server accepts other machines." },
    { name: "help", alias: "h", help: "Print this help and exit." },
  ],
  examples: [
    ["rankserver init standby line", "for this machine; writes the directory line"],
    ["rankserver init fleet fleet --tls rank.example,192.0.2.7", "for other machines, with TLS"],
    ["rankserver init floor", "write to the working directory"],
  ],
  exitCodes: [
    [SERVER_EXIT.ok, "success"],
    [SERVER_EXIT.failed, "a file exists already or could not be written, and nothing was; or the output was not written"],
    [SERVER_EXIT.usage, "a flag or an argument is invalid"],
  ],
  documents: [
    ["docs/getting-started.md", "each use, from the first command to a renewed certificate"],
    ["docs/succession.md", "standby"],
    ["docs/rankclient.md", "fleet"],
    ["docs/web.md", "floor"],
  ],
} as const satisfies { readonly flags: readonly FlagSpec[]; readonly [part: string]: unknown };
