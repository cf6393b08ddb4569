// Checks the guarantees on the contents of a journal. Pure.

export { type Proof, Verifier } from "./verifier.ts";
export { type VerifiedContents, verifyJournal } from "./verify_journal.ts";
export { type Guarantee, Violation } from "./violation.ts";
