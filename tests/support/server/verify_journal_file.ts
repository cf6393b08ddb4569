// Proves the guarantees on the journal that a server has left.

import { JournalReader } from "../../../src/journal/engines/read_journal.ts";
import { type Proof, verifyJournal } from "../../../src/journal/verify/mod.ts";

/** @throws {Violation} */
export function verifyJournalFile(path: string): Proof {
  using reader = new JournalReader(path);
  return verifyJournal(reader);
}
