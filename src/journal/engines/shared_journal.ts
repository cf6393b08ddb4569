// A journal that several servers share. A record is applied when it is in their common log, in the order of that log, so what
// comes of it is known later than in a journal of one server.

import type { LiveNode } from "../cluster/mod.ts";
import type { ClusterEffect, SharedRecord } from "../cluster/mod.ts";
import type { Position, RosterState } from "../mod.ts";

export interface SharedJournal<Member = unknown> {
  readonly isShared: true;
  /** Another object after `replaced`. */
  readonly state: RosterState<Member>;
  /** Of the last record that was applied here, in the log; tickets are those of the roster (see `TICKETS_PER_RECORD`). */
  readonly position: Position;
  /** This server, in this life. Another one after `replaced`. */
  readonly node: string;
  /** By name; this server is one of them unless it has just lost its name. */
  readonly nodes: readonly LiveNode[];
  isLive(node: string): boolean;
  /** The others may have given this server up: nothing may be decided by its state. Always current. */
  readonly isSuspended: boolean;
  /** To be called once. Until then, what happens is only in the state. */
  listen(listener: SharedJournalListener<Member>): void;
  /**
   * Resolves when the record has been applied here, after the listener was told.
   *
   * @throws {AppendRefused} when it changed nothing; it may be applied later if the reason is "suspended"
   */
  append(record: SharedRecord): Promise<void>;
  /** Calls back when the record at this position has been applied here; at once if it has been. */
  whenAt(position: Position, callback: () => void): void;
  /**
   * Calls back when a beat that is sent from now on has been applied: what the state said then was true for all servers. Never
   * calls back once the listener was told `replaced`.
   */
  whenEchoed(callback: () => void): void;
  /** Gives all seats of this server up to their clients, who claim them elsewhere, and stops. `signal` ends the attempts. */
  leave(signal: AbortSignal): Promise<void>;
  stop(): void;
}

export interface SharedJournalListener<Member> {
  /** Whether the connection with this id, as in the records, is there: it has a seat, waits for one, or for an answer. */
  has(id: string): boolean;
  /** Records of all servers, one call for each. `node`: its author. */
  applied(effects: readonly ClusterEffect<Member>[], node: string): void;
  /** This server goes on under another name, or with another state: all its clients must claim their seats again. */
  replaced(): void;
  /** See `isSuspended`. `reason`: the last failure, if any. */
  suspended(isSuspended: boolean, reason?: string): void;
  /** The journal has stopped, and trying again does not help: so must the server. */
  failed(error: Error): void;
}
