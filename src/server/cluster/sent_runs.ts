// Runs of issuers on this server, for the executors that are connected to other servers: where each part was sent, and its
// outcome. If an executor has moved to another server, its part is sent on to that server.

import type { SharedJournal } from "../../journal/engines/mod.ts";
import type { Position } from "../../journal/mod.ts";
import type { Seat } from "../../ranks/mod.ts";
import type { Member } from "../connection/mod.ts";
import type { ExecutorOutcome, Runs } from "../runs/mod.ts";
import type { NodeChannels } from "./channels/mod.ts";
import { encodeMessage, type Target } from "./node_message.ts";
import { ExecuteLines, sendExecute } from "./own_members.ts";
import type { Updates } from "./updates.ts";

const encoder = new TextEncoder();

/** How often one part is sent on. */
const MAX_RESENDS = 3;
const NOT_SENT: ExecutorOutcome = { status: "lost", reason: "The queue to its server is full" };

export interface SentRunsOptions {
  readonly journal: Pick<SharedJournal<Member>, "node" | "isLive" | "position" | "state" | "whenAt">;
  readonly channels: Pick<NodeChannels, "send">;
  readonly updates: Updates;
  readonly runs: Pick<Runs, "settle" | "isTimely">;
  /** Starts writing what has been queued. */
  readonly flush: () => void;
}

/** One executor's part of a run. */
interface Part {
  readonly node: string;
  readonly target: Target;
  readonly resends: number;
}

interface SentRun {
  readonly number: number;
  /** The ticket of its issuer. */
  readonly issuer: number;
  readonly rest: string;
  /** By ticket. */
  readonly parts: Map<number, Part>;
  /** The issuer has sent other commands since: if this one were sent on, it could arrive after them. */
  isOvertaken: boolean;
}

export class SentRuns {
  readonly #options: SentRunsOptions;
  readonly #runs = new Map<number, SentRun>();
  /** By the ticket of the issuer. */
  readonly #byIssuer = new Map<number, Set<SentRun>>();

  constructor(options: SentRunsOptions) {
    this.#options = options;
  }

  get inFlight(): number {
    return this.#runs.size;
  }

  /** The issuer has sent a command. */
  overtake(issuer: Seat<Member>): void {
    const runs = this.#byIssuer.get(issuer.ticket);
    if (runs === undefined) return;
    for (const run of runs) run.isOvertaken = true;
  }

  /** @param targets by node */
  begin(
    issuer: Seat<Member>,
    targets: ReadonlyMap<string, readonly Target[]>,
    number: number,
    rest: string,
  ): void {
    if (targets.size === 0) return;
    const run: SentRun = { number, issuer: issuer.ticket, rest, parts: new Map(), isOvertaken: false };
    this.#runs.set(number, run);
    const ofIssuer = this.#byIssuer.get(run.issuer) ?? new Set();
    this.#byIssuer.set(run.issuer, ofIssuer.add(run));
    for (const [node, ofNode] of targets) this.#send(run, node, ofNode, 0);
  }

  /** @see OtherNodes.willSettle */
  willSettle(number: number, { ticket }: Seat<Member>): boolean {
    const { journal } = this.#options;
    const part = this.#runs.get(number)?.parts.get(ticket);
    return part !== undefined && journal.isLive(part.node) && journal.state.seatOf(ticket) !== undefined;
  }

  cancel(number: number, ticket: number): void {
    const part = this.#runs.get(number)?.parts.get(ticket);
    if (part !== undefined) this.#options.updates.cancelled(part.node, number, ticket);
  }

  /** Another server reports the outcome of an executor. A number: at that position, the executor was not there. */
  settled(node: string, number: number, ticket: number, outcome: ExecutorOutcome | Position): void {
    const run = this.#runs.get(number);
    const part = run?.parts.get(ticket);
    if (run === undefined || part?.node !== node) return;
    if (typeof outcome !== "number") return this.#settle(run, ticket, outcome);
    this.#options.journal.whenAt(outcome, () => {
      if (run.parts.get(ticket) === part) this.#sendOn(run, part);
    });
  }

  ended(number: number): void {
    const run = this.#runs.get(number);
    if (run === undefined) return;
    this.#runs.delete(number);
    const ofIssuer = this.#byIssuer.get(run.issuer)!;
    ofIssuer.delete(run);
    if (ofIssuer.size === 0) this.#byIssuer.delete(run.issuer);
    for (const node of new Set([...run.parts.values()].map((part) => part.node))) {
      this.#options.updates.ended(node, number);
    }
    run.parts.clear();
  }

  /** Everything that was sent to this node is lost. */
  nodeGone(node: string): void {
    this.#loseAll((part) => part.node === node);
  }

  clear(): void {
    this.#loseAll(() => true);
  }

  #loseAll(isLost: (part: Part) => boolean): void {
    for (const run of [...this.#runs.values()]) {
      for (const [ticket, part] of [...run.parts]) {
        if (isLost(part) && run.parts.has(ticket)) this.#settle(run, ticket, { status: "lost" });
      }
    }
  }

  #send(run: SentRun, node: string, to: readonly Target[], resends: number): void {
    const { journal, channels } = this.#options;
    for (const target of to) run.parts.set(target[0], { node, target, resends });
    const { number, issuer, rest } = run;
    const message = encodeMessage({ kind: "run", pos: journal.position, issuer, run: number, to, rest });
    if (channels.send(node, message)) return;
    for (const [ticket] of to) this.#settle(run, ticket, NOT_SENT);
  }

  #settle(run: SentRun, ticket: number, outcome: ExecutorOutcome): void {
    run.parts.delete(ticket);
    this.#options.runs.settle(run.number, ticket, outcome);
  }

  #sendOn(run: SentRun, { target: [ticket, before], resends }: Part): void {
    const { journal, runs, flush } = this.#options;
    const seat = journal.state.seatOf(ticket);
    const mayResend = resends < MAX_RESENDS && !run.isOvertaken && runs.isTimely(run.number);
    if (seat === undefined || !mayResend || seat.client.isAway || seat.client.n === before) {
      return this.#settle(run, ticket, { status: "lost" });
    }
    const { node, n } = seat.client;
    if (node !== undefined && node !== journal.node) return this.#send(run, node, [[ticket, n]], resends + 1);
    // The executor is connected here now, and answers the run directly.
    run.parts.delete(ticket);
    const line = encoder.encode(`{"jsonrpc":"2.0","id":${run.number}${run.rest}`);
    const outcome = sendExecute(seat.member, new ExecuteLines(line), () => {});
    if (outcome !== undefined) runs.settle(run.number, ticket, outcome);
    flush();
  }
}
