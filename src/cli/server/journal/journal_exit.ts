// The exit codes of the commands that read a journal.

export const JOURNAL_EXIT = Object.freeze({ ok: 0, violated: 1, usage: 2, failed: 4 });

/** For `--help`. */
export const JOURNAL_EXIT_MEANINGS: readonly (readonly [code: number, meaning: string])[] = [
  [JOURNAL_EXIT.ok, "success; verify: no guarantee is broken"],
  [JOURNAL_EXIT.violated, "verify: a guarantee is broken"],
  [JOURNAL_EXIT.usage, "a flag or a word is invalid"],
  [
    JOURNAL_EXIT.failed,
    "the file is missing, damaged, of another program or version, or does not go back that far; the copy exists " +
    "already; or writing failed",
  ],
];
