// Journals: where records get their positions, and where they are stored.

export { type AuditFile, AuditWriter, type AuditWriterOptions } from "./audit_writer.ts";
export {
  type FileContents,
  FileJournal,
  type FileJournalOptions,
  type JournalFile,
  type KeptRecord,
} from "./file_journal.ts";
export { JournalFileError } from "./journal_file_error.ts";
export { begin, type Journal } from "./journal.ts";
export { MemoryJournal } from "./memory_journal.ts";
export type { JournalReader } from "./read_journal.ts";
export type { Retention } from "./retention.ts";
export type { SharedJournal, SharedJournalListener } from "./shared_journal.ts";
export { wrapJournal } from "./wrap_journal.ts";
