// Proves the guarantees on a journal, from what it contains. Pure.

export { type Proof, Verifier } from "./verifier.ts";
export { type VerifiedContents, verifyJournal } from "./verify_journal.ts";
export { type Guarantee, Violation } from "./violation.ts";
