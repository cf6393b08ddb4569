// The flags and the help of each command that reads a journal.

import type { FlagSpec } from "../../../config/reader/mod.ts";
import { exitMeanings } from "./journal_exit.ts";

const HELP = { name: "help", alias: "h", help: "Print this help and exit." } as const;
const READ_MORE = [["docs/audit.md", "what is recorded, and what each command prints"]] as const;
/** What FILE is, in each usage line. */
const FILE = "FILE is the journal, as in journal.file";

// deno-fmt-ignore -- tables: a line for each flag
export const PAGES = {
  history: {
    summary:
      "Prints what happened on a server, oldest first: clients that joined, left and moved, the commands they sent, and " +
      "how each command ended. The server may be running.",
    usage: [["rankserver history FILE [FLAGS]", FILE]],
    flags: [
      { name: "since", value: "TIME", help: "Begin at this time: a duration (1h: an hour ago; 15min, 2d) or a time in UTC (2026-11-27T14:03)." },
      { name: "of", value: "NAME|@RANK|ticket:N",
        help: "Only lines about this client, by its name, its rank at that time, or its ticket. A name may also be that of " +
          "a login token; write name:@x for a name that begins with @." },
      { name: "command", value: "NAME", help: "Only lines about commands and runs with this name." },
      { name: "json", help: "Print one JSON object per line, with all records." },
      HELP,
    ],
    examples: [
      ["rankserver history rank.sqlite --since 1h", "the last hour"],
      ["rankserver history rank.sqlite --of @0 --since 2026-11-27T14:00", "the clients with rank 0, since 14:00 UTC"],
      ["rankserver history rank.sqlite --command restart | tail", "the last commands named restart, with their results"],
    ],
    exitCodes: exitMeanings("history"),
    documents: READ_MORE,
  },
  verify: {
    summary:
      "Replays a journal and checks the guarantees on ranks, tickets, seats, commands, results and leases. It prints what " +
      "it checked, or the first position at which a guarantee is violated. The server may be running.",
    usage: [["rankserver verify FILE", FILE]],
    flags: [HELP],
    examples: [["rankserver verify rank.sqlite", "check the whole file"]],
    exitCodes: exitMeanings("verify"),
    documents: [...READ_MORE, ["docs/guarantees.md", "the guarantees"]],
  },
  export: {
    summary:
      "Prints the seats and the waiting room as they were at a position of the journal or at a time. Without --at, it " +
      "prints the newest state. The server may be running.",
    usage: [["rankserver export FILE [--at POSITION|TIME]", FILE]],
    flags: [
      { name: "at", value: "POSITION|TIME", help: "A position, a duration (1h: an hour ago) or a time in UTC (2026-11-27T14:03)." },
      { name: "json", help: "Print a JSON object." },
      HELP,
    ],
    examples: [["rankserver export rank.sqlite --at 2026-11-27T14:03", "the seats at 14:03 UTC"]],
    exitCodes: exitMeanings("export"),
    documents: READ_MORE,
  },
  backup: {
    summary:
      "Copies a journal. The server may be running. The copy is marked as a backup: a server that starts from it gives " +
      "all seats new tickets, and lets no client lead until session.lease_max_ms have passed.",
    usage: [["rankserver backup FILE TO", "FILE is the journal; TO is the copy and must not exist"]],
    flags: [HELP],
    examples: [["rankserver backup rank.sqlite /backup/rank-$(date +%F).sqlite", "one copy for each day"]],
    exitCodes: exitMeanings("backup"),
    documents: [...READ_MORE, ["docs/operations.md", "how to restore a backup"]],
  },
} as const satisfies Record<string, {
  readonly flags: readonly FlagSpec[];
  readonly [part: string]: unknown;
}>;
