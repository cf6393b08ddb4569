// The exit codes of the commands that read a journal.

import type { JournalCommandName } from "./command_names.ts";

export const JOURNAL_EXIT = Object.freeze({ ok: 0, violated: 1, usage: 2, failed: 4 });

const UNREADABLE = "the file is missing, in use, damaged, or written by another program or version";

const FAILURES: Readonly<Record<JournalCommandName, string>> = {
  history: `${UNREADABLE}; or the output could not be written`,
  verify: `${UNREADABLE}; or the output could not be written`,
  export: `${UNREADABLE}; it begins later than --at; or the output could not be written`,
  backup: `${UNREADABLE}; the copy already exists; or it could not be written`,
};

/** For `--help`. */
export function exitMeanings(
  name: JournalCommandName,
): readonly (readonly [code: number, meaning: string])[] {
  const isVerify = name === "verify";
  return [
    [JOURNAL_EXIT.ok, isVerify ? "the journal violates no guarantee" : "success"],
    ...(isVerify ? [[JOURNAL_EXIT.violated, "the journal violates a guarantee"] as const] : []),
    [JOURNAL_EXIT.usage, "a flag or an argument is invalid"],
    [JOURNAL_EXIT.failed, FAILURES[name]],
  ];
}
