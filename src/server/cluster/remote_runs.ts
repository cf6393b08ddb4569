// Commands between servers with one ranking: those of clients of this server for members on others, and the other way around.

import type { SharedJournal } from "../../journal/engines/mod.ts";
import type { RosterSeat, SeatedClient } from "../../journal/mod.ts";
import type { Seat } from "../../ranks/mod.ts";
import type { ServerNote } from "../../protocol/text/mod.ts";
import type { Clock } from "../../time/mod.ts";
import type { Member, SeatedMember } from "../connection/mod.ts";
import type { ExecutorOutcome, OtherNodes, Runs } from "../runs/mod.ts";
import { ForeignRuns } from "./foreign_runs.ts";
import { Claims } from "./claims.ts";
import { NodeChannels, type NodeLink, type ReceivedMessage } from "./channels/mod.ts";
import {
  type CommandsMessage,
  decodeMessage,
  encodeMessage,
  type RunMessage,
  type UpdateMessage,
} from "./node_message.ts";
import { ExecuteLines, OwnMembers, type RosterView } from "./own_members.ts";
import { PositionWaits } from "./position_waits.ts";
import { RemoteHomes } from "./remote_homes.ts";
import { SentRuns } from "./sent_runs.ts";
import { Updates } from "./updates.ts";

export interface RemoteRunsOptions {
  readonly journal: Pick<
    SharedJournal<Member>,
    "node" | "isLive" | "position" | "state" | "whenAt"
  >;
  readonly seating: RosterView;
  readonly runs: Pick<Runs, "settle" | "isTimely" | "takeNumber">;
  readonly link: NodeLink;
  readonly clock: Clock;
  /** Calls back in the next iteration of the event loop; `setImmediate`. */
  readonly afterIo: (callback: () => void) => void;
  /** Starts writing what has been queued. */
  readonly flush: () => void;
  readonly limits: {
    /** Of one output of one executor. */
    readonly outputBytes: number;
    /** In flight here, of the issuers on one other server. */
    readonly foreignRuns: number;
  };
  /**
   * Called with each message of commands that had to be dropped: to a server that takes no more ("full"), or from one that this server could not
   * catch up with in time ("late").
   */
  readonly onDropped: (node: string, why: "full" | "late") => void;
  /** Called with an error in handling a message. */
  readonly onFault: (error: unknown) => void;
}

export class RemoteRuns implements OtherNodes {
  readonly #options: RemoteRunsOptions;
  readonly #channels: NodeChannels;
  readonly #waits: PositionWaits;
  readonly #homes: RemoteHomes;
  readonly #claims = new Claims();
  readonly #members: OwnMembers;
  readonly #updates: Updates;
  readonly #sent: SentRuns;
  readonly #foreign: ForeignRuns;

  constructor(options: RemoteRunsOptions) {
    const { journal, seating, clock, runs, limits } = options;
    this.#options = options;
    const channels = this.#channels = new NodeChannels({
      ...options,
      take: (node, message, resume) => this.#take(node, message, resume),
    });
    this.#waits = new PositionWaits(journal, clock);
    this.#homes = new RemoteHomes(journal);
    const members = this.#members = new OwnMembers(journal, seating, this.#claims);
    const isLive = (node: string) => journal.isLive(node);
    const updates = this.#updates = new Updates({ ...options, channels, isLive });
    this.#sent = new SentRuns({ ...options, channels, updates });
    this.#foreign = new ForeignRuns({
      journal,
      members,
      updates,
      takeNumber: () => runs.takeNumber(),
      outputBytes: limits.outputBytes,
      maxPerNode: limits.foreignRuns,
    });
  }

  /** Runs of issuers on other servers in which executors of this one have a part. */
  get foreignInFlight(): number {
    return this.#foreign.inFlight;
  }

  toAllBelow(issuer: Seat<Member>, lines: Uint8Array): void {
    this.#sent.overtake(issuer);
    const nodes = this.#homes.below(issuer);
    if (nodes.length === 0) return;
    const message = encodeMessage({ kind: "commands", ...this.#origin(issuer), lines });
    for (const node of nodes) this.#sendCommands(node, message);
  }

  toChosen(issuer: Seat<Member>, executors: readonly Seat<Member>[], lines: Uint8Array): void {
    this.#sent.overtake(issuer);
    const origin = this.#origin(issuer);
    for (const [node, to] of this.#homes.find(executors).byNode) {
      this.#sendCommands(node, encodeMessage({ kind: "commands", ...origin, to, lines }));
    }
  }

  begin(issuer: Seat<Member>, executors: readonly Seat<Member>[], run: number, rest: string): void {
    this.#sent.overtake(issuer);
    const { byNode, lost } = this.#homes.find(executors);
    for (const ticket of lost) this.#options.runs.settle(run, ticket, { status: "lost" });
    this.#sent.begin(issuer, byNode, run, rest);
  }

  willSettle(run: number, executor: Seat<Member>): boolean {
    return this.#sent.willSettle(run, executor);
  }

  ended(run: number): void {
    this.#sent.ended(run);
  }

  answer(executor: SeatedMember, number: number, outcome: ExecutorOutcome): boolean {
    return this.#foreign.answer(executor, number, outcome);
  }

  memberLeft(member: SeatedMember): void {
    this.#foreign.memberLeft(member);
  }

  memberReadsText(member: SeatedMember): void {
    this.#foreign.memberReadsText(member);
  }

  seatLost(seat: Seat<Member>): void {
    this.#foreign.seatLost(seat);
  }

  /** A notification to a remote member: only the end of its part of a run needs its server. */
  notify({ ticket }: Seat<Member>, { method, params }: ServerNote): void {
    if (method === "cancel") this.#sent.cancel(params.id as number, ticket);
  }

  /** The record that is applied gives a seat to another connection, at any server. @param before its client before */
  seatClaimed(seat: RosterSeat<Member>, before: SeatedClient): void {
    this.#claims.add(seat, before, this.#options.journal.position);
  }

  /** A node is gone for good. */
  nodeGone(node: string): void {
    this.#channels.nodeGone(node);
    this.#waits.cancel(node);
    this.#updates.nodeGone(node);
    this.#foreign.nodeGone(node);
    this.#sent.nodeGone(node);
    this.#options.flush();
  }

  /** This server has another name, or another state. */
  renewed(): void {
    this.#clear();
    this.#homes.forget();
    this.#channels.renew(this.#options.journal.node);
  }

  stop(): void {
    this.#clear();
    this.#updates.stop();
    this.#channels.stop();
  }

  #clear(): void {
    this.#waits.clear();
    this.#foreign.clear();
    this.#sent.clear();
    this.#updates.clear();
    this.#options.flush();
  }

  #origin({ ticket }: Seat<Member>): { pos: number; issuer: number } {
    return { pos: this.#options.journal.position, issuer: ticket };
  }

  #sendCommands(node: string, message: Uint8Array): void {
    if (!this.#channels.send(node, message)) this.#options.onDropped(node, "full");
  }

  #take(node: string, { bytes, receivedAt }: ReceivedMessage, resume: () => void): boolean {
    const { journal, flush } = this.#options;
    const message = decodeMessage(bytes);
    if (message.kind === "update") this.#update(node, message);
    else {
      const state = this.#waits.check(node, message.pos, receivedAt, resume);
      if (state === "early") return false;
      if (state === "expired") this.#options.onDropped(node, "late");
      const isLate = this.#claims.movedAt(message.issuer) > message.pos;
      const isValid = state === "ready" && journal.isLive(node) && !isLate;
      if (isValid) this.#execute(node, message);
      else if (message.kind === "run") this.#foreign.reject(node, message, { status: "lost" });
    }
    flush();
    return true;
  }

  #execute(node: string, message: CommandsMessage | RunMessage): void {
    if (message.kind === "run") return this.#foreign.begin(node, message);
    const lines = new ExecuteLines(message.lines);
    if (message.to === undefined) return this.#members.sendToAllBelow(message, lines);
    this.#members.settle();
    for (const target of message.to) {
      const member = this.#members.find(message, target);
      if (typeof member === "object" && member.rights.execute) lines.sendTo(member);
    }
  }

  #update(node: string, { settled, cancelled, ended }: UpdateMessage): void {
    for (const [run, ticket, outcome] of settled) this.#sent.settled(node, run, ticket, outcome);
    for (const [run, ticket] of cancelled) this.#foreign.cancel(node, run, ticket);
    for (const run of ended) this.#foreign.end(node, run);
  }
}
