// Which server leads a stream: one that reaches a majority, after an election. One that is cut off takes itself for the leader
// for a while. Follows the outcome of Raft without its messages.

import type { NatsServer } from "./nats_server.ts";
import type { StreamHost } from "./sim_stream.ts";

/** A leader without a majority gives up after this. */
const LOST_QUORUM_MS = 10_000;
const HEARTBEAT_MS = 500;

export interface LeadershipPort {
  /** How many changes that are not committed a server has. */
  held(server: NatsServer): number;
  elected(leader: NatsServer): void;
  /** A follower hears from the leader. */
  followed(leader: NatsServer, follower: NatsServer): void;
}

export class Leadership {
  readonly #host: StreamHost;
  readonly #port: LeadershipPort;
  /** The servers that take themselves for the leader. */
  readonly #claims = new Map<NatsServer, { readonly term: number; aloneSince: number | undefined }>();
  #term = 0;
  #leader: NatsServer | undefined;
  #leaderlessSince: number | undefined;
  #electionMs: number;
  #nextHeartbeatAt = 0;

  constructor(host: StreamHost, port: LeadershipPort) {
    this.#host = host;
    this.#port = port;
    this.#electionMs = host.electionMs * host.random.next() * 0.2;
  }

  get term(): number {
    return this.#term;
  }

  get claimants(): readonly NatsServer[] {
    return [...this.#claims.keys()];
  }

  /** The term of which a server takes itself for the leader. */
  termOf(server: NatsServer): number | undefined {
    return this.#claims.get(server)?.term;
  }

  /** To be called again and again. */
  tick(): void {
    this.#giveUp();
    const { random, servers, electionMs } = this.#host;
    const now = this.#host.now();
    const leader = this.#leader;
    if (leader !== undefined && this.#claims.has(leader) && this.#hasMajority(leader)) {
      this.#leaderlessSince = undefined;
      if (now >= this.#nextHeartbeatAt) this.#heartbeat(leader);
      return;
    }
    this.#leaderlessSince ??= now;
    if (now - this.#leaderlessSince < this.#electionMs) return;
    const able = servers.filter((server) => server.isRunning && this.#hasMajority(server));
    if (able.length === 0) return;
    this.#electionMs = electionMs * (0.5 + random.next());
    // One that lacks something that another has is not elected.
    const most = Math.max(...able.map((server) => this.#port.held(server)));
    this.#elect(random.pick(able.filter((server) => this.#port.held(server) === most)));
  }

  stepDown(): boolean {
    if (this.#leader === undefined || !this.#claims.delete(this.#leader)) return false;
    this.#electionMs = this.#host.electionMs * this.#host.random.next() * 0.5;
    return true;
  }

  /** The server has started again. */
  forget(server: NatsServer): void {
    this.#claims.delete(server);
  }

  clear(): void {
    this.#claims.clear();
  }

  #giveUp(): void {
    const now = this.#host.now();
    for (const [server, claim] of this.#claims) {
      if (!server.isThere) this.#claims.delete(server);
      else if (this.#hasMajority(server)) claim.aloneSince = undefined;
      else {
        claim.aloneSince ??= now;
        if (server.isRunning && now - claim.aloneSince > LOST_QUORUM_MS) this.#claims.delete(server);
      }
    }
  }

  #elect(leader: NatsServer): void {
    this.#term++;
    this.#leader = leader;
    this.#leaderlessSince = undefined;
    this.#claims.set(leader, { term: this.#term, aloneSince: undefined });
    this.#port.elected(leader);
    this.#heartbeat(leader);
  }

  #heartbeat(leader: NatsServer): void {
    this.#nextHeartbeatAt = this.#host.now() + HEARTBEAT_MS;
    const term = this.#term;
    for (const follower of this.#host.servers) {
      if (follower === leader) continue;
      leader.send(follower, () => {
        if ((this.#claims.get(follower)?.term ?? term) < term) this.#claims.delete(follower);
        if (term === this.#term) this.#port.followed(leader, follower);
      });
    }
  }

  #hasMajority(server: NatsServer): boolean {
    const { servers, routes } = this.#host;
    return servers.filter((other) => routes.isAlive(server, other)).length > servers.length / 2;
  }
}
