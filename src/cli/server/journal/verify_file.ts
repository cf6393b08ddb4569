// Verifies a journal, and says what was proved.

import type { JournalReader } from "../../../journal/engines/mod.ts";
import { JournalContentError } from "../../../journal/mod.ts";
import { type Proof, verifyJournal, Violation } from "../../../journal/verify/mod.ts";
import { count } from "../../../words/mod.ts";
import { printAnswer } from "../../shared/mod.ts";
import { JOURNAL_EXIT } from "./journal_exit.ts";

/** @returns the exit code. @throws {JournalContentError} */
export function verifyFile(reader: JournalReader, path: string): number {
  const damage = reader.findDamage();
  if (damage !== undefined) throw new JournalContentError(`${path} is damaged: ${damage}`);
  let proof: Proof | undefined;
  try {
    proof = reader.inTransaction(() => verifyJournal(reader, (until) => proof = until));
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    const code = printAnswer(violationText(error, proof), JOURNAL_EXIT);
    return code === JOURNAL_EXIT.ok ? JOURNAL_EXIT.violated : code;
  }
  return printAnswer(proofText(path, proof).join("\n"), JOURNAL_EXIT);
}

const BROKEN = { order: "The journal is incomplete", snapshot: "A snapshot is wrong" } as const;

function violationText({ guarantee, position, message }: Violation, proof: Proof | undefined): string {
  const what = guarantee === "order" || guarantee === "snapshot"
    ? BROKEN[guarantee]
    : `${guarantee} is broken`;
  const before = proof === undefined ? "" : `\n${count(proof.records, "record")} before it break nothing`;
  return `${what} at position ${position}: ${message}${before}`;
}

function proofText(path: string, proof: Proof): string[] {
  const { records, starts, to, tickets, runs, commands, executors } = proof;
  if (records === 0) return [`${path} contains no records`];
  const lines = [
    `${path} is sound: ${count(records, "record")} of ${count(starts, "start")}, up to position ${to}`,
    `G1   ranks had no gap after any record, with up to ${count(proof.maxSeats, "client")}`,
    "G2   clients kept their order of arrival, and new ones came last",
    "G3   never more clients than seats or places in the waiting room",
    `G4   ${count(runs, "run")} with ${count(executors, "executor")} and ${count(commands, "command")} ` +
    "without answers reached only clients with seats below the sender, each once",
    "G5   none reached its sender or a client above it",
    "G7   each executor of a run has one status, and the sender was told their numbers",
    `G10  ${count(tickets, "ticket")}, each higher than all before`,
    `G11  ${
      count(proof.leads, "time")
    } a client with a lease could lead, never before the lease of another was over`,
    `     no record is missing; ${
      count(proof.snapshots, "snapshot is what the records lead", "snapshots are what the records lead")
    } to`,
  ];
  if (proof.from >= 0) lines.push(`     earlier records, up to position ${proof.from}, have been removed`);
  if (proof.void > 0) lines.push(`     ${count(proof.void, "record")} came too late and changed nothing`);
  if (proof.unplaced > 0) {
    lines.push(
      `     ${
        count(proof.unplaced, "run or command was", "runs and commands were")
      } before the first record: ` +
        "only the results were checked",
    );
  }
  if (proof.lost > 0) lines.push(`     ${count(proof.lost, "audit entry is", "audit entries are")} missing`);
  if (proof.clockSetBack > 0) {
    lines.push(
      `     the clock was set back ${count(proof.clockSetBack, "time")}: leases before are not compared`,
    );
  }
  return lines;
}
