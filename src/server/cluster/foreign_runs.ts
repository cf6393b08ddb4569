// Runs of issuers on other servers, for the executors that are connected to this one. Each run has a number of its own here,
// which executors answer to. The issuer's server gets the outcome of each executor once.

import type { SharedJournal } from "../../journal/engines/mod.ts";
import type { Seat } from "../../ranks/mod.ts";
import type { Member, SeatedMember } from "../connection/mod.ts";
import { cutOutcome, type ExecutorOutcome } from "../runs/mod.ts";
import type { RunMessage } from "./node_message.ts";
import { ExecuteLines, type OwnMembers, sendExecute } from "./own_members.ts";
import type { Updates } from "./updates.ts";

export interface ForeignRunsOptions {
  readonly journal: Pick<SharedJournal<Member>, "position">;
  readonly members: OwnMembers;
  readonly updates: Updates;
  /** `Runs.takeNumber`. */
  readonly takeNumber: () => number;
  /** Of one output of one executor. */
  readonly outputBytes: number;
  /** In flight, of the issuers on one server. */
  readonly maxPerNode: number;
}

interface ForeignRun {
  readonly node: string;
  /** Its number on the issuer's server, and here. */
  readonly run: number;
  readonly number: number;
  /** The executors that have not answered, by ticket. */
  readonly pending: Map<number, Member>;
  /** It is being sent: even if all executors so far are settled, more may follow. */
  isSending: boolean;
}

const encoder = new TextEncoder();
const TOO_MANY = "Its server has too many runs in flight";

export class ForeignRuns {
  readonly #options: ForeignRunsOptions;
  readonly #byNumber = new Map<number, ForeignRun>();
  /** By node, and by the number there. */
  readonly #byNode = new Map<string, Map<number, ForeignRun>>();

  constructor(options: ForeignRunsOptions) {
    this.#options = options;
  }

  get inFlight(): number {
    return this.#byNumber.size;
  }

  begin(node: string, message: RunMessage): void {
    const { members } = this.#options;
    members.settle();
    const run = this.#find(node, message.run) ?? this.#add(node, message.run);
    if (run === undefined) return this.reject(node, message, { status: "refused", reason: TOO_MANY });
    const lines = new ExecuteLines(encoder.encode(`{"jsonrpc":"2.0","id":${run.number}${message.rest}`));
    run.isSending = true;
    for (const target of message.to) {
      const [ticket] = target;
      const found = members.find(message, target);
      const outcome = found === undefined
        ? { status: "lost" } as const
        : found === "elsewhere"
        ? this.#options.journal.position
        : sendExecute(found, lines, () => run.pending.set(ticket, found));
      if (outcome !== undefined) this.#settled(run, ticket, outcome);
    }
    run.isSending = false;
    this.#endIfSettled(run);
  }

  /** Settles all executors of a run that is not started. */
  reject(node: string, { run, to }: RunMessage, outcome: ExecutorOutcome): void {
    for (const [ticket] of to) this.#options.updates.settled(node, run, ticket, outcome);
  }

  /** @see OtherNodes.answer */
  answer(executor: SeatedMember, number: number, outcome: ExecutorOutcome): boolean {
    const run = this.#byNumber.get(number);
    const ticket = executor.seat?.ticket;
    if (run === undefined || ticket === undefined || run.pending.get(ticket) !== executor) return false;
    this.#conclude(run, ticket, outcome);
    return true;
  }

  memberLeft(member: SeatedMember): void {
    this.#concludeEverywhere(member, { status: "lost" });
  }

  memberReadsText(member: SeatedMember): void {
    this.#concludeEverywhere(member, { status: "delivered" });
  }

  seatLost({ ticket }: Seat<Member>): void {
    for (const run of [...this.#byNumber.values()]) {
      if (run.pending.has(ticket)) this.#cancelAndConclude(run, ticket, { status: "lost" });
    }
  }

  /** The issuer's server no longer needs the executor's answer, but would accept it. */
  cancel(node: string, number: number, ticket: number): void {
    const run = this.#find(node, number);
    if (run !== undefined) notifyCancel(run, ticket);
  }

  /** The run has ended on the issuer's server. */
  end(node: string, number: number): void {
    const run = this.#find(node, number);
    if (run !== undefined) this.#delete(run);
  }

  /** The issuers are gone. */
  nodeGone(node: string): void {
    for (const run of [...this.#byNode.get(node)?.values() ?? []]) {
      this.#delete(run);
      for (const ticket of [...run.pending.keys()]) notifyCancel(run, ticket);
    }
  }

  clear(): void {
    for (const node of [...this.#byNode.keys()]) this.nodeGone(node);
  }

  #concludeEverywhere(member: SeatedMember, outcome: ExecutorOutcome): void {
    const ticket = member.seat?.ticket;
    if (ticket === undefined) return;
    for (const run of [...this.#byNumber.values()]) {
      if (run.pending.get(ticket) === member) this.#cancelAndConclude(run, ticket, outcome);
    }
  }

  #cancelAndConclude(run: ForeignRun, ticket: number, outcome: ExecutorOutcome): void {
    // The executor may still be connected, and would work on a run that no longer needs its answer.
    if (outcome.status === "lost") notifyCancel(run, ticket);
    if (run.pending.has(ticket)) this.#conclude(run, ticket, outcome);
  }

  #conclude(run: ForeignRun, ticket: number, outcome: ExecutorOutcome): void {
    run.pending.delete(ticket);
    this.#settled(run, ticket, cutOutcome(outcome, this.#options.outputBytes));
    this.#endIfSettled(run);
  }

  #settled({ node, run }: ForeignRun, ticket: number, outcome: ExecutorOutcome | number): void {
    this.#options.updates.settled(node, run, ticket, outcome);
  }

  #endIfSettled(run: ForeignRun): void {
    if (run.pending.size === 0 && !run.isSending) this.#delete(run);
  }

  #find(node: string, number: number): ForeignRun | undefined {
    return this.#byNode.get(node)?.get(number);
  }

  #add(node: string, number: number): ForeignRun | undefined {
    const ofNode = this.#byNode.get(node) ?? new Map<number, ForeignRun>();
    if (ofNode.size >= this.#options.maxPerNode) return undefined;
    this.#byNode.set(node, ofNode);
    const own = this.#options.takeNumber();
    const run: ForeignRun = { node, run: number, number: own, pending: new Map(), isSending: false };
    ofNode.set(number, run);
    this.#byNumber.set(own, run);
    return run;
  }

  #delete({ node, run, number }: ForeignRun): void {
    this.#byNumber.delete(number);
    const ofNode = this.#byNode.get(node);
    ofNode?.delete(run);
    if (ofNode?.size === 0) this.#byNode.delete(node);
  }
}

function notifyCancel({ pending, number }: ForeignRun, ticket: number): void {
  pending.get(ticket)?.notify({ method: "cancel", params: { id: number } });
}
