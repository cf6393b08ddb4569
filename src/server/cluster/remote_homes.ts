// Which servers the executors of a command are connected to.

import type { SharedJournal } from "../../journal/engines/mod.ts";
import type { Position } from "../../journal/mod.ts";
import type { Seat } from "../../ranks/mod.ts";
import type { Member } from "../connection/mod.ts";
import type { Target } from "./node_message.ts";

/** The executors of a command that are not connected to this server. */
export interface RemoteExecutors {
  readonly byNode: ReadonlyMap<string, readonly Target[]>;
  /** Tickets of those that are connected to none, although the log does not say so yet. */
  readonly lost: readonly number[];
}

export class RemoteHomes {
  readonly #journal: Pick<SharedJournal<Member>, "node" | "isLive" | "position" | "state">;
  /** A cache: the highest ticket at each other server, at a position. */
  #highest: ReadonlyMap<string, number> = new Map();
  #highestAt: Position | undefined;

  constructor(journal: Pick<SharedJournal<Member>, "node" | "isLive" | "position" | "state">) {
    this.#journal = journal;
  }

  /** The servers with members below this one. */
  below({ ticket }: Seat<Member>): string[] {
    const { position } = this.#journal;
    if (position !== this.#highestAt) {
      this.#highest = this.#findHighest();
      this.#highestAt = position;
    }
    const nodes: string[] = [];
    for (const [node, highest] of this.#highest) if (highest > ticket) nodes.push(node);
    return nodes;
  }

  /** Those of the executors that are remote, open and may execute. */
  find(executors: readonly Seat<Member>[]): RemoteExecutors {
    const { state, node: own } = this.#journal;
    const byNode = new Map<string, Target[]>();
    const lost: number[] = [];
    for (const { ticket, member } of executors) {
      const { node } = member;
      if (node === undefined || !member.isOpen || !member.rights.execute) continue;
      const seat = state.seatOf(ticket);
      if (seat === undefined || node === own) {
        lost.push(ticket);
        continue;
      }
      const targets = byNode.get(node);
      if (targets === undefined) byNode.set(node, [[ticket, seat.client.n]]);
      else targets.push([ticket, seat.client.n]);
    }
    return { byNode, lost };
  }

  /** The state was replaced. */
  forget(): void {
    this.#highestAt = undefined;
  }

  #findHighest(): Map<string, number> {
    const { state, node: own } = this.#journal;
    const highest = new Map<string, number>();
    for (const { ticket, client: { node, isAway } } of state.roster) {
      if (node === undefined || node === own || isAway || !this.#journal.isLive(node)) continue;
      highest.set(node, ticket);
    }
    return highest;
  }
}
