// Journals for servers in tests: one that keeps nothing, one in a file that the next server finds, and one on a file that the
// test makes up.

import {
  FileJournal,
  type FileJournalOptions,
  type JournalFile,
} from "../../../src/journal/engines/file_journal.ts";
import { begin } from "../../../src/journal/engines/journal.ts";
import { MemoryJournal } from "../../../src/journal/engines/memory_journal.ts";
import { SqliteFile } from "../../../src/journal/engines/sqlite_file.ts";
import { JOURNAL_VERSION } from "../../../src/journal/record.ts";
import type { SavedSeat, Snapshot } from "../../../src/journal/snapshot.ts";
import type { Member } from "../../../src/server/connection/member.ts";
import { createPlaceholder } from "../../../src/server/seats/disconnected_member.ts";

/** Tickets begin at 1. */
export function memoryJournal(): MemoryJournal<Member> {
  return new MemoryJournal(1, createPlaceholder());
}

export function journalIn(folder: string): FileJournal<Member> {
  return journalAt(`${folder}/rank.sqlite`);
}

/** Makes a journal that has all leases of earlier lives: its server lets clients lead from its start on. */
export function makeCompleteJournal(path: string): void {
  const journal = journalAt(path);
  begin(journal, 1, 0);
  journal.append({ kind: "complete" });
  journal.close();
}

function journalAt(path: string): FileJournal<Member> {
  return journalOn(new SqliteFile(path, Date.now()));
}

/** As the journal of an earlier life with these seats. @param file what differs from a file on which all goes well */
export function restoredJournal(
  seats: readonly SavedSeat[],
  file: Partial<JournalFile> & Pick<Partial<Snapshot>, "isComplete" | "leaseMaxMs"> = {},
  options: Partial<FileJournalOptions> = {},
): FileJournal<Member> {
  const position = seats.at(-1)?.ticket ?? 0;
  const { isComplete = true, leaseMaxMs } = file;
  const snapshot: Snapshot = {
    version: JOURNAL_VERSION,
    ...{
      position,
      epoch: position,
      capacity: seats.length,
      waitingCapacity: 0,
      isComplete,
      leaseMaxMs,
      seats,
      waiting: [],
    },
  };
  return journalOn(
    {
      path: "journal",
      mayLackRecords: false,
      takeContents: () => ({ snapshot, records: [] }),
      write() {},
      close() {},
      ...file,
    },
    options,
  );
}

function journalOn(file: JournalFile, options: Partial<FileJournalOptions> = {}): FileJournal<Member> {
  return new FileJournal(file, createPlaceholder(), {
    firstPosition: 1,
    now: () => 0,
    wallClock: Date.now,
    recordsPerSnapshot: 1_000,
    onFailure: (why) => console.log(why),
    onRecovery: () => {},
    ...options,
  });
}
