// The clients of one life of a node: what they ask for becomes records, and what is applied is told to them.

import type { ClusterEffect, SharedRecord } from "../../../src/journal/cluster/mod.ts";
import {
  AppendRefused,
  type AppliedRecord,
  type ClusterNode,
} from "../../../src/journal/engines/cluster/mod.ts";
import type { RosterSeat } from "../../../src/journal/mod.ts";
import type { LogOracle } from "./log_oracle.ts";
import type { PingRule } from "./log_world.ts";
import type { ClientRequest, Session } from "./session.ts";

export interface SessionsHost {
  readonly node: ClusterNode<undefined>;
  readonly oracle: LogOracle;
  readonly pingRule: PingRule;
  /** An append has failed for another reason than the log's. */
  fail(error: unknown): void;
}

export class NodeSessions {
  readonly #host: SessionsHost;
  readonly #sessions = new Map<string, Session>();

  constructor(host: SessionsHost) {
    this.#host = host;
  }

  has(id: string): boolean {
    return this.#sessions.has(id);
  }

  add(session: Session): void {
    this.#sessions.set(session.id, session);
  }

  handle(session: Session, request: ClientRequest): void {
    if (!this.#sessions.has(session.id)) return;
    switch (request.kind) {
      case "join":
        return this.#join(session, request);
      case "claim":
        return this.#claim(session, request);
      case "ping":
        return this.#ping(session, request.id);
      case "leave":
      case "yield": {
        const seat = this.#seatOf(session);
        if (seat === undefined) return;
        const { ticket, client: { n } } = seat;
        return this.#append(session, { kind: request.kind, ticket, n });
      }
    }
  }

  /** The connection has ended. */
  closed(session: Session): void {
    if (!this.#sessions.delete(session.id)) return;
    const { state } = this.#host.node;
    const seat = this.#seatOf(session);
    if (seat !== undefined) {
      const { ticket, client: { n } } = seat;
      this.#append(session, { kind: "away", ticket, n });
    } else if (state.roster.waiting.has(session.id)) {
      this.#append(session, { kind: "withdraw", id: session.id });
    }
  }

  closeAll(): void {
    for (const session of [...this.#sessions.values()]) this.#drop(session);
    this.#sessions.clear();
  }

  applied({ effects }: AppliedRecord<undefined>): void {
    for (const effect of effects) this.#tell(effect);
  }

  #tell(effect: ClusterEffect<undefined>): void {
    switch (effect.kind) {
      case "seated":
        return this.#seated(effect.seat);
      case "yielded":
      case "changed": {
        const { before, seat } = effect;
        const previous = this.#sessions.get("client" in before ? before.client.id : before.id);
        if (previous !== undefined && previous.id !== seat.client.id) this.#drop(previous);
        return this.#seated(seat);
      }
      case "waiting":
        return this.#sessions.get(effect.client.id)?.tell({ kind: "waiting" });
      case "full":
        return this.#sessions.get(effect.client.id)?.tell({ kind: "full" });
      case "left": {
        const session = this.#sessions.get(effect.seat.client.id);
        if (session === undefined || session.ticket !== effect.seat.ticket) return;
        session.tell({ kind: "left" });
        return this.#drop(session);
      }
    }
  }

  #seated({ ticket, client }: RosterSeat<undefined>): void {
    const session = this.#sessions.get(client.id);
    if (session === undefined || client.node !== this.#host.node.id || client.isAway) return;
    session.ticket = ticket;
    session.tell({ kind: "seated", ticket, hash: client.hash! });
  }

  #join(session: Session, { name, hash, leaseMs }: ClientRequest & { kind: "join" }): void {
    const { id } = session;
    this.#append(session, { kind: "join", id, name, ip: "::1", port: 1, since: 0, hash, leaseMs });
  }

  #claim(session: Session, { presented, hash }: ClientRequest & { kind: "claim" }, isEchoed = false): void {
    const { node, oracle } = this.#host;
    if (!this.#sessions.has(session.id)) return;
    if (node.isSuspended) return session.tell({ kind: "unavailable" });
    const seat = node.state.roster.seatByHash(presented);
    if (seat === undefined) {
      if (isEchoed) return session.tell({ kind: "gone" });
      // The seat may be newer than this node's state.
      return node.whenEchoed(() => this.#claim(session, { kind: "claim", presented, hash }, true));
    }
    const { ticket, client: { n } } = seat;
    this.#append(
      session,
      { kind: "claim", ticket, n, id: session.id, presented, hash },
      () => oracle.claimWon(node.state.log, ticket, n, session.id),
    );
  }

  #ping(session: Session, id: number): void {
    const { pingRule, node } = this.#host;
    if (pingRule === "echo") return node.whenEchoed(() => this.#pong(session, id));
    if (pingRule === "always" || !node.isSuspended) this.#pong(session, id);
  }

  #pong(session: Session, id: number): void {
    const { state } = this.#host.node;
    const seat = this.#sessions.has(session.id) ? this.#seatOf(session) : undefined;
    if (seat === undefined) return;
    const { ticket, client } = seat;
    const rank = state.roster.seats.indexOf(seat);
    const mayLead = rank === 0 && client.leaseMs > 0 && state.roster.isComplete;
    session.tell({ kind: "pong", id, log: state.log, ticket, rank, mayLead });
  }

  /** The seat that the connection has at this node. */
  #seatOf({ id }: Session): RosterSeat<undefined> | undefined {
    const { state, id: node } = this.#host.node;
    const seat = state.roster.seatById(id);
    return seat?.client.node === node && !seat.client.isAway ? seat : undefined;
  }

  #append(session: Session, record: SharedRecord, done = () => {}): void {
    this.#host.node.append(record).then(done, (error) => {
      if (!(error instanceof AppendRefused)) return this.#host.fail(error);
      if (record.kind !== "join" && record.kind !== "claim") return;
      session.tell({ kind: "unavailable" });
      this.#drop(session);
    });
  }

  /** Closes a connection whose client has no seat here any more, or never gets one. */
  #drop(session: Session): void {
    if (!this.#sessions.delete(session.id)) return;
    session.wire.close(session.process);
  }
}
