// The flags and the help of `rankserver init`.

import type { FlagSpec } from "../../../config/reader/mod.ts";
import { SERVER_EXIT } from "../../shared/mod.ts";

// deno-fmt-ignore -- tables: a line for each flag
export const INIT_PAGE = {
  summary:
    "Writes a configuration with comments for a server and its first clients, with tokens and, if you wish, " +
    "certificates. It prints the commands to run next, and never replaces a file.",
  usage: [
    ["rankserver init standby [DIRECTORY] [FLAGS]", "one client runs a program, others wait to take over"],
    ["rankserver init fleet [DIRECTORY] [FLAGS]", "a commander sends commands, and workers execute them"],
    ["rankserver init floor [DIRECTORY] [FLAGS]", "people share a floor, in browsers and terminals"],
  ],
  flags: [
    { name: "tls", value: "HOST,HOST...",
      help: "Make a private authority, and a certificate for these names and addresses of the server. Clients connect to the " +
        "first one. The server accepts other machines, unless all of them are loopback." },
    { name: "help", alias: "h", help: "Print this help and exit." },
  ],
  examples: [
    ["rankserver init standby line", "for this machine; write to the directory line"],
    ["rankserver init fleet fleet --tls rank.example,192.0.2.7", "for other machines, with TLS; write to the directory fleet"],
    ["rankserver init floor", "write to the working directory"],
  ],
  exitCodes: [
    [SERVER_EXIT.ok, "success"],
    [SERVER_EXIT.failed, "a file exists already or could not be written, and no file was left; or the output could not be written"],
    [SERVER_EXIT.usage, "a flag or an argument is invalid"],
  ],
  documents: [
    ["docs/getting-started.md", "each use step by step, and how to renew the certificate"],
    ["docs/succession.md", "more about the standby line"],
    ["docs/rankclient.md", "more about the fleet"],
    ["docs/web.md", "more about the floor and its page"],
  ],
} as const satisfies { readonly flags: readonly FlagSpec[]; readonly [part: string]: unknown };
