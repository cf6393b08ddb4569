// What runs need of the other servers with the same ranking: their clients execute commands of clients of this one, and the
// other way around.

import type { Seat } from "../../ranks/mod.ts";
import type { Member, SeatedMember } from "../connection/mod.ts";
import type { ExecutorOutcome } from "./executor_outcome.ts";

/** Members of a run that are connected to another server are *remote*. */
export interface OtherNodes {
  /** Sends `execute` messages, one a line, to the remote members below the issuer. The bytes are not changed afterwards. */
  toAllBelow(issuer: Seat<Member>, lines: Uint8Array): void;
  /** The same for those of these executors that are remote. */
  toChosen(issuer: Seat<Member>, executors: readonly Seat<Member>[], lines: Uint8Array): void;
  /**
   * Sends the `execute` of a run to those of its executors that are remote, open and may execute. What becomes of each is
   * said with `Runs.settle`.
   *
   * @param rest of the line, after the id
   */
  begin(issuer: Seat<Member>, executors: readonly Seat<Member>[], run: number, rest: string): void;
  /** Whether the server that a run was sent to will still say what became of this executor, although its seat has moved. */
  willSettle(run: number, executor: Seat<Member>): boolean;
  /** A run has ended: nothing more is expected of it. */
  ended(run: number): void;
  /** An answer to a run of an issuer on another server. False: there is none with this number that waits for it. */
  answer(executor: SeatedMember, number: number, outcome: ExecutorOutcome): boolean;
  /** As of `Runs`, for the runs of issuers on other servers. */
  memberLeft(member: SeatedMember): void;
  memberReadsText(member: SeatedMember): void;
  seatLost(seat: Seat<Member>): void;
}
