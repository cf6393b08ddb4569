// What the seating knows about the other servers of a cluster.

import type { ClusterStatus } from "../../protocol/methods/mod.ts";
import type { Journal, SharedJournal } from "../../journal/engines/mod.ts";
import type { Member, Session } from "../connection/mod.ts";
import type { MemberSeat } from "./roster_changes.ts";

export class SharedRoster {
  /** `undefined`: this is the only server. */
  readonly #journal: SharedJournal<Member> | undefined;
  readonly #flush: () => void;

  /** @param flush starts writing what has been queued */
  constructor(journal: Journal<Member> | SharedJournal<Member>, flush: () => void) {
    this.#journal = journal.isShared ? journal : undefined;
    this.#flush = flush;
  }

  /** Whether there are others. */
  get isShared(): boolean {
    return this.#journal !== undefined;
  }

  /** The others may have fenced this server, so no decision may depend on its roster. */
  get isSuspended(): boolean {
    return this.#journal?.isSuspended ?? false;
  }

  /** Where clients can go besides this server. */
  get otherAddresses(): readonly string[] {
    if (this.#journal === undefined) return [];
    const { nodes, node } = this.#journal;
    const own = nodes.find(({ id }) => id === node)?.address;
    const others = new Set(nodes.map(({ address }) => address));
    // Servers on one machine may share an address.
    return [...others].filter((address) => address !== "" && address !== own);
  }

  /** For the operator; `undefined`: this is the only server. */
  status(roster: readonly MemberSeat[]): Omit<ClusterStatus, "name"> | undefined {
    if (this.#journal === undefined) return undefined;
    const { node, nodes, isSuspended } = this.#journal;
    const members = new Map<string | undefined, number>();
    for (const { client } of roster) members.set(client.node, (members.get(client.node) ?? 0) + 1);
    return {
      node,
      suspended: isSuspended,
      nodes: nodes.map(({ id, name, version, address }) => ({
        id,
        name,
        version,
        address,
        members: members.get(id) ?? 0,
      })),
    };
  }

  /** Calls back when it is certain that the session still has its seat; never if it has lost it. */
  whenProven(session: Session, callback: () => void): void {
    if (this.#journal === undefined) return callback();
    this.#journal.whenEchoed(() => {
      if (!session.isOpen || session.seat?.member !== session) return;
      callback();
      this.#flush();
    });
  }
}
