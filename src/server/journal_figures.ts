// What the metrics show of the journal. Cheap: nothing is read from the disk that is not in memory already.

import type { Journal, SharedJournal } from "../journal/engines/mod.ts";

export interface JournalFigures {
  /** Several servers share it. */
  readonly isShared: boolean;
  /** Of the last record that was applied here. */
  readonly position: number;
  /** It cannot be written; never true of a shared one, which is suspended instead. */
  readonly isFailing: boolean;
  /** How much of its file is in use; absent where there is no file. */
  readonly bytes?: number | undefined;
}

export function journalFigures(journal: Journal | SharedJournal): JournalFigures {
  if (journal.isShared) return { isShared: true, position: journal.position, isFailing: false };
  const { state: { position }, isFailing, usedBytes: bytes } = journal;
  return { isShared: false, position, isFailing, bytes };
}
