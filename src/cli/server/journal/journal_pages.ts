// The flags and the help of each command that reads a journal.

import type { FlagSpec } from "../../../config/reader/mod.ts";
import { JOURNAL_EXIT_MEANINGS } from "./journal_exit.ts";

const HELP = { name: "help", alias: "h", help: "Print this help and exit." } as const;
const READ_MORE = [["docs/audit.md", "what is recorded, and what each command shows"]] as const;

const COMMON = { exitCodes: JOURNAL_EXIT_MEANINGS, documents: READ_MORE } as const;

// deno-fmt-ignore -- tables: a line for each flag
export const PAGES = {
  history: {
    summary:
      "Prints what happened on a server, oldest first: who came, left and moved, who sent which command to whom, and how " +
      "it ended. The server may be running.",
    usage: [["rankserver history FILE [FLAGS]", "FILE is that of [journal] file"]],
    flags: [
      { name: "since", value: "TIME", help: "From then on: a duration (15min, 1h, 2d) or a time in UTC." },
      { name: "of", value: "NAME|@RANK|ticket:N",
        help: "Only what concerns this client; @0 is whoever had rank 0 then. A name may be that of a token." },
      { name: "command", value: "NAME", help: "Only this command." },
      { name: "json", help: "Print one JSON object per line, with every record." },
      HELP,
    ],
    examples: [
      ["rankserver history rank.sqlite --since 1h", "the last hour"],
      ["rankserver history rank.sqlite --of @0 --since 2026-11-27T14:00", "what the leader did and went through"],
      ["rankserver history rank.sqlite --command restart | tail", "who restarted what, and with which results"],
    ],
    ...COMMON,
  },
  verify: {
    summary:
      "Replays a journal and checks every guarantee that it can prove or disprove: ranks, tickets, seats, who commanded " +
      "whom, results and leases. It prints what it proved, or the first position at which a guarantee is broken.",
    usage: [["rankserver verify FILE", "FILE is that of [journal] file"]],
    flags: [HELP],
    examples: [["rankserver verify rank.sqlite", "also while the server is running"]],
    ...COMMON,
    documents: [...READ_MORE, ["docs/guarantees.md", "the guarantees"]],
  },
  export: {
    summary: "Prints the seats and the waiting room as they were at a position of the journal or at a time.",
    usage: [["rankserver export FILE [--at POSITION|TIME]", "without --at: the newest state"]],
    flags: [
      { name: "at", value: "POSITION|TIME", help: "A position, a duration (1h: an hour ago) or a time in UTC." },
      { name: "json", help: "Print a JSON object." },
      HELP,
    ],
    examples: [["rankserver export rank.sqlite --at 2026-11-27T14:03", "who had rank 0 at 14:03 UTC"]],
    ...COMMON,
  },
  backup: {
    summary:
      "Copies a journal; the server may be running. A server that starts from the copy knows that it may be old: it gives " +
      "all seats new tickets, and lets no client lead until session.lease_max_ms have passed.",
    usage: [["rankserver backup FILE TO", "TO must not exist"]],
    flags: [HELP],
    examples: [["rankserver backup rank.sqlite /backup/rank-$(date +%F).sqlite", "one copy a day"]],
    ...COMMON,
  },
} as const satisfies Record<string, {
  readonly flags: readonly FlagSpec[];
  readonly [part: string]: unknown;
}>;
