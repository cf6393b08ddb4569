// What the operator of a server gets as an answer, over the server's control socket.

import { type Member, memberFields } from "./roster_shapes.ts";
import {
  array,
  boolean,
  integer,
  object,
  optional,
  type Shape,
  strictObject,
  string,
  withDefault,
} from "./shapes.ts";

const count = integer(0);

export interface StatusParams {
  /** How many members to list, and how many waiting clients. */
  readonly list: number;
}

export const statusParamsShape: Shape<StatusParams> = strictObject<StatusParams>({
  list: withDefault(count, 0),
});

/** The member that leads: it has rank 0 and a lease. */
export interface Leader {
  readonly ticket: number;
  readonly name: string;
  /** Absent: it led already when the server started. */
  readonly leads_for_ms?: number | undefined;
}

/** A client in the waiting room. */
export interface WaitingClient {
  /** Counted from 1. */
  readonly place: number;
  readonly name: string;
  /** "ip:port". */
  readonly address: string;
}

/** One life of a server in a cluster. */
export interface ClusterNodeStatus {
  /** New for each life. */
  readonly id: string;
  /** As configured. */
  readonly name: string;
  /** Of the program. */
  readonly version: string;
  /** Where clients reach it, "host:port"; "": not known. */
  readonly address: string;
  /** The members that are connected to it, or were last. */
  readonly members: number;
}

/** The servers that share one ranking. */
export interface ClusterStatus {
  /** Of the ranking. */
  readonly name: string;
  /** The id of the server that answers. */
  readonly node: string;
  /** It has no contact with the others: what it says may be out of date. */
  readonly suspended: boolean;
  /** Those that are live. */
  readonly nodes: readonly ClusterNodeStatus[];
}

/** The figures of the answer to `status`. */
export interface ServerFigures {
  readonly version: string;
  /** Where it listens, "ip:port". */
  readonly address: string;
  readonly uptime_ms: number;
  readonly members: number;
  readonly capacity: number;
  readonly epoch: number;
  /** Members whose connections broke and whose seats are kept. */
  readonly away: number;
  /** Clients in the waiting room. */
  readonly waiting: number;
  /** Connections, those included that are about to end. */
  readonly connections: number;
  readonly runs_in_flight: number;
  /** Answers to commands that no run waited for any more. */
  readonly late_answers: number;
  readonly is_draining: boolean;
  /** Absent: no client leads. */
  readonly leader?: Leader | undefined;
  /** How long no client may lead yet: a leader of the server's earlier life may still be stopping. */
  readonly lead_after_ms: number;
  /** Absent: this server is alone. */
  readonly cluster?: ClusterStatus | undefined;
}

/** A member in the answer to `status`. */
export interface ListedMember extends Member {
  /** In a cluster: the id of the node that it is connected to, or was last. */
  readonly node?: string | undefined;
}

/** The answer to `status`. */
export interface ServerStatus extends ServerFigures {
  /** The first members, in rank order. */
  readonly roster: ListedMember[];
  /** The first clients in the waiting room, in their order. */
  readonly waiting_room: WaitingClient[];
}

const clusterStatusShape: Shape<ClusterStatus> = object<ClusterStatus>({
  name: string,
  node: string,
  suspended: boolean,
  nodes: array(
    object<ClusterNodeStatus>({ id: string, name: string, version: string, address: string, members: count }),
  ),
});

export const serverStatusShape: Shape<ServerStatus> = object<ServerStatus>({
  version: string,
  address: string,
  uptime_ms: count,
  members: count,
  capacity: count,
  epoch: count,
  away: count,
  waiting: count,
  connections: count,
  runs_in_flight: count,
  late_answers: count,
  is_draining: boolean,
  leader: optional(object<Leader>({ ticket: integer(), name: string, leads_for_ms: optional(count) })),
  lead_after_ms: count,
  cluster: optional(clusterStatusShape),
  roster: array(object<ListedMember>({ ...memberFields, node: optional(string) })),
  waiting_room: array(object<WaitingClient>({ place: count, name: string, address: string })),
});

/** The answer to `evict`. */
export interface Evicted {
  /** The rank of the evicted member. */
  readonly rank: number;
  /** Its arrival number. */
  readonly ticket: number;
  /** Its name. */
  readonly name: string;
  /** How long the seat stays empty, because its member had a lease: only then the others are promoted. */
  readonly keep_ms: number;
}

export const evictedShape: Shape<Evicted> = object<Evicted>({
  rank: count,
  ticket: integer(),
  name: string,
  keep_ms: count,
});

/** The answer to `raise`. */
export interface Raised {
  /** The rank of the member when it was raised; 0: there was nothing to do. */
  readonly rank: number;
  readonly ticket: number;
  readonly name: string;
  /** The longest time until it has rank 0, because the leader stops its program first; 0: it has rank 0. */
  readonly wait_ms: number;
}

export const raisedShape: Shape<Raised> = object<Raised>({
  rank: count,
  ticket: integer(),
  name: string,
  wait_ms: count,
});
