// A stream of JetStream with its replicas: the leader orders the changes, and what a majority has is committed.

import type { Random } from "../../support/random.ts";
import { Leadership } from "./leadership.ts";
import type { NatsServer } from "./nats_server.ts";
import { Replica, type StreamChange } from "./replica.ts";
import type { Routes } from "./routes.ts";

/** What a change was answered with. */
export type ProposalResult =
  | { readonly kind: "stored"; readonly sequence: number; readonly isDuplicate: boolean }
  | { readonly kind: "refused"; readonly code: number; readonly why: string };

/** Called at the leader. */
type Answer = (leader: NatsServer, result: ProposalResult) => void;

interface Proposal {
  readonly term: number;
  readonly change: StreamChange;
  readonly answer: Answer;
  /** The servers that have it. */
  readonly holders: Set<NatsServer>;
  /** Those of which the leader knows that. */
  readonly acked: Set<NatsServer>;
}

export interface StreamHost {
  readonly servers: readonly NatsServer[];
  readonly routes: Routes;
  readonly random: Random;
  /** How long an election takes, in ms. */
  readonly electionMs: number;
  now(): number;
  after(ms: number, callback: () => void): void;
  /** A message has got a sequence. */
  stored(stream: SimStream, sequence: number, id: string | undefined): void;
  /** The leader publishes it again. */
  republish(stream: SimStream, leader: NatsServer, sequence: number): void;
}

export class SimStream {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly created: string;
  readonly createdAt: number;
  readonly replicas = new Map<NatsServer, Replica>();
  isFull = false;
  readonly #host: StreamHost;
  readonly #perSubject: number;
  readonly #leadership: Leadership;
  /** What was committed. */
  #changes: StreamChange[] = [];
  #pending: Proposal[] = [];
  #isDeleted = false;

  constructor(host: StreamHost, config: Readonly<Record<string, unknown>>, created: string) {
    this.#host = host;
    this.config = config;
    this.created = created;
    this.createdAt = host.now();
    this.name = String(config["name"]);
    this.#perSubject = Number(config["max_msgs_per_subject"] ?? -1);
    for (const server of host.servers) this.replicas.set(server, new Replica(this.#perSubject));
    this.#leadership = new Leadership(host, {
      held: (server) => this.#pending.filter(({ holders }) => holders.has(server)).length,
      elected: (leader) => this.#elected(leader),
      followed: (leader, follower) => this.#followed(leader, follower),
    });
  }

  get subjects(): readonly string[] {
    return this.config["subjects"] as string[];
  }

  /** The servers that take themselves for the leader, as far as `from` is connected to them. */
  leadersSeenBy(from: NatsServer): readonly NatsServer[] {
    return this.#leadership.claimants.filter((leader) => from.hasRoute(leader));
  }

  isLeader(server: NatsServer): boolean {
    return this.#leadership.termOf(server) !== undefined;
  }

  /** The leader gets a change. */
  propose(leader: NatsServer, change: StreamChange, answer: Answer): void {
    const term = this.#leadership.termOf(leader);
    if (term === undefined || this.#isDeleted) return;
    const result = this.#decide(leader, change);
    if (result !== undefined) return answer(leader, result);
    // An old leader orders nothing any more, and does not know it.
    if (term !== this.#leadership.term) return;
    const servers = () => new Set([leader]);
    const proposal = { term, change, answer, holders: servers(), acked: servers() };
    this.#pending.push(proposal);
    for (const follower of this.#followers(leader)) this.#replicate(leader, follower, proposal);
    this.#commit(leader);
  }

  /** To be called again and again. */
  tick(): void {
    if (!this.#isDeleted) this.#leadership.tick();
  }

  /** The leader gives up its office. */
  stepDown(): boolean {
    return this.#leadership.stepDown();
  }

  delete(): void {
    this.#isDeleted = true;
    this.#leadership.clear();
    this.#pending = [];
  }

  /** A server has started again with its files. */
  restarted(server: NatsServer): void {
    this.#leadership.forget(server);
    this.replicas.get(server)!.forgetPurgedIds();
  }

  /** The only replica loses its newest changes. @returns the last sequence, and the ids of the messages after it */
  lose(count: number): { readonly last: number; readonly lost: readonly (string | undefined)[] } {
    const [server] = this.#host.servers;
    const kept = Math.max(0, this.#changes.length - count);
    const lost = this.#changes.slice(kept).flatMap((change) => change.kind === "store" ? [change.id] : []);
    this.#changes = this.#changes.slice(0, kept);
    const replica = new Replica(this.#perSubject);
    for (const change of this.#changes) replica.apply(change);
    this.replicas.set(server!, replica);
    this.#pending = [];
    return { last: replica.last, lost };
  }

  /** What is answered without a new change; `undefined` if there is to be one. */
  #decide(leader: NatsServer, change: StreamChange): ProposalResult | undefined {
    if (change.kind !== "store") return undefined;
    if (this.isFull) return { kind: "refused", code: 10_047, why: "insufficient resources" };
    const replica = this.replicas.get(leader)!;
    const { id, subject, expected } = change;
    const pending = this.#pending.flatMap(({ change }) => change.kind === "store" ? [change] : []);
    if (id !== undefined) {
      const sequence = replica.sequenceOf(id, this.#host.now());
      if (sequence !== undefined) return { kind: "stored", sequence, isDuplicate: true };
      if (pending.some((other) => other.id === id)) {
        return { kind: "refused", code: 10_158, why: "message is being processed" };
      }
    }
    if (expected === undefined) return undefined;
    const newest = replica.lastOf(subject)?.sequence ?? 0;
    const isExpected = newest === expected && !pending.some((other) => other.subject === subject);
    return isExpected ? undefined : { kind: "refused", code: 10_071, why: "wrong last sequence" };
  }

  #elected(leader: NatsServer): void {
    // What it had from the last leader is now committed.
    const survivors = this.#pending.filter(({ holders }) => holders.has(leader));
    this.#pending = [];
    this.#catchUp(leader);
    for (const { change, answer } of survivors) {
      this.#apply(leader, change, this.#host.random.chance(0.5) ? answer : undefined);
    }
  }

  #followed(leader: NatsServer, follower: NatsServer): void {
    this.#catchUpLater(follower);
    follower.send(leader, () => {
      for (const proposal of this.#pending) {
        if (!proposal.acked.has(follower)) this.#replicate(leader, follower, proposal);
      }
    });
  }

  #replicate(leader: NatsServer, follower: NatsServer, proposal: Proposal): void {
    leader.send(follower, () => {
      if (proposal.term !== this.#leadership.term) return;
      proposal.holders.add(follower);
      follower.send(leader, () => {
        proposal.acked.add(follower);
        if (proposal.term === this.#leadership.term) this.#commit(leader);
      });
    });
  }

  #commit(leader: NatsServer): void {
    for (let next = this.#pending[0]; next !== undefined; next = this.#pending[0]) {
      if (next.acked.size <= this.#host.servers.length / 2) return;
      this.#pending.shift();
      this.#apply(leader, next.change, next.answer);
      for (const follower of this.#followers(leader)) {
        leader.send(follower, () => this.#catchUpLater(follower));
      }
    }
  }

  /** @param answer undefined: the new leader had it from the last one, and tells nobody */
  #apply(leader: NatsServer, change: StreamChange, answer: Answer | undefined): void {
    this.#changes.push(change);
    const sequence = this.replicas.get(leader)!.apply(change);
    if (change.kind === "store") this.#host.stored(this, sequence, change.id);
    if (answer === undefined) return;
    answer(leader, { kind: "stored", sequence, isDuplicate: false });
    if (change.kind === "store") this.#host.republish(this, leader, sequence);
  }

  #catchUpLater(server: NatsServer): void {
    if (server.lagMs === 0) return this.#catchUp(server);
    const end = this.#changes.length;
    this.#host.after(server.lagMs, () => server.isThere && this.#catchUp(server, end));
  }

  #catchUp(server: NatsServer, end = this.#changes.length): void {
    const replica = this.replicas.get(server)!;
    const last = Math.min(end, this.#changes.length);
    while (replica.applied < last) replica.apply(this.#changes[replica.applied]!);
  }

  #followers(leader: NatsServer): readonly NatsServer[] {
    return this.#host.servers.filter((server) => server !== leader);
  }
}
