// The commands of rankserver that read the file of a journal.

export { isJournalCommand, JOURNAL_COMMANDS } from "./command_names.ts";
