// The commands that read a journal. This file alone is loaded at every start.

export const JOURNAL_COMMANDS = ["history", "verify", "export", "backup"] as const;

export type JournalCommandName = (typeof JOURNAL_COMMANDS)[number];

export function isJournalCommand(word: string | undefined): word is JournalCommandName {
  return (JOURNAL_COMMANDS as readonly (string | undefined)[]).includes(word);
}
