// Verifies a journal, and prints what was checked.

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
    : `${guarantee} is violated`;
  const before = proof === undefined ? "" : `\n${count(proof.records, "record")} before it violated nothing`;
  return `${what} at position ${position}: ${message}${before}`;
}

function proofText(path: string, proof: Proof): string[] {
  const { records, starts, to, tickets, runs, commands, executors } = proof;
  if (records === 0) return [`${path} contains no records`];
  const lines = [
    `${path} violates no guarantee: ${count(records, "record")} from ${
      count(starts, "start")
    } of a server, up to position ${to}`,
    `G1   ranks had no gap after any record, with at most ${count(proof.maxSeats, "client")}`,
    "G2   clients kept their order of arrival, and new ones came last",
    "G3   there were never more clients than seats, or than places in the waiting room",
    `G4   ${count(runs, "run")} with ${count(executors, "executor")} and ${count(commands, "command")} ` +
    "without answers went only to clients with seats below the sender, once to each",
    "G5   none went to its sender or to a client above it",
    "G7   each executor of a run has one status, and the counts sent to the sender are right",
    `G10  ${count(tickets, "ticket")}, each higher than all before it`,
    `G11  ${
      count(proof.leads, "time")
    } a client with a lease could lead, never before the lease of another had ended`,
    `     no record is missing; ${count(proof.snapshots, "snapshot matches", "snapshots match")} the records`,
  ];
  if (proof.from >= 0) lines.push(`     records up to position ${proof.from} are no longer in the file`);
  if (proof.void > 0) lines.push(`     ${count(proof.void, "record")} came too late and had no effect`);
  if (proof.unplaced > 0) {
    lines.push(
      `     ${
        count(proof.unplaced, "run or command is", "runs and commands are")
      } from before the first record: ` +
        "only their results were checked",
    );
  }
  if (proof.lost > 0) lines.push(`     ${count(proof.lost, "audit entry is", "audit entries are")} missing`);
  if (proof.clockSetBack > 0) {
    lines.push(
      `     the clock was set back ${
        count(proof.clockSetBack, "time")
      }: leases from before that are not compared`,
    );
  }
  return lines;
}
