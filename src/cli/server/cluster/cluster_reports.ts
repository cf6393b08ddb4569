// What happens in the cluster, for the log. The server itself listens behind it.

import type { ClusterEffect, LiveNode } from "../../../journal/cluster/mod.ts";
import { type SharedJournal, type SharedJournalListener, wrapJournal } from "../../../journal/engines/mod.ts";
import type { Report } from "../../../log/mod.ts";
import { visible } from "../../../words/mod.ts";

export class ClusterReports<Member> implements SharedJournalListener<Member> {
  readonly #journal: Pick<SharedJournal<Member>, "node">;
  readonly #listener: SharedJournalListener<Member>;
  readonly #configHash: string;
  readonly #report: Report;
  /** This server, in the life that was reported last. */
  #node: string;

  constructor(
    journal: Pick<SharedJournal<Member>, "node">,
    listener: SharedJournalListener<Member>,
    configHash: string,
    report: Report,
  ) {
    this.#journal = journal;
    this.#listener = listener;
    this.#configHash = configHash;
    this.#report = report;
    this.#node = journal.node;
  }

  has(id: string): boolean {
    return this.#listener.has(id);
  }

  applied(effects: readonly ClusterEffect<Member>[], node: string): void {
    for (const effect of effects) {
      if (effect.kind === "node live") this.#joined(effect.node);
      if (effect.kind === "node gone" && effect.node.id !== this.#node) {
        const event = effect.isFenced ? "node_fenced" : "node_left";
        this.#report({ event, node: visible(effect.node.id), away: effect.away.length });
      }
    }
    this.#listener.applied(effects, node);
  }

  replaced(): void {
    const { node } = this.#journal;
    if (node !== this.#node) this.#report({ event: "node_renewed", node, was: this.#node });
    this.#node = node;
    this.#listener.replaced();
  }

  suspended(isSuspended: boolean, reason?: string): void {
    if (isSuspended) {
      const message = reason && visible(reason);
      this.#report({ event: "cluster_suspended", ...message === undefined ? {} : { message } });
    } else this.#report({ event: "cluster_resumed" });
    this.#listener.suspended(isSuspended, reason);
  }

  failed(error: Error): void {
    this.#report({ event: "cluster_fault", message: visible(error.message) });
    this.#listener.failed(error);
  }

  #joined(node: LiveNode): void {
    if (node.id === this.#journal.node) return;
    const { id, version, address } = node;
    this.#report({
      event: "node_joined",
      node: visible(id),
      version: visible(version),
      address: visible(address),
    });
    reportDifference(node, this.#configHash, this.#report);
  }
}

export interface ReportedCluster {
  readonly cluster: string;
  readonly configHash: string;
  readonly report: Report;
}

/** The same journal, with the log in front of its listener. */
export function withReports<Member>(
  journal: SharedJournal<Member>,
  { configHash, report }: ReportedCluster,
): SharedJournal<Member> {
  return wrapJournal(journal, {
    listen: (listener) => journal.listen(new ClusterReports(journal, listener, configHash, report)),
  });
}

/** What was before the server listened to its journal. */
export function reportJoined(
  { node, nodes, isSuspended }: Pick<SharedJournal, "node" | "nodes" | "isSuspended">,
  { cluster, configHash, report }: ReportedCluster,
): void {
  const others = nodes.filter(({ id }) => id !== node);
  report({ event: "cluster_joined", cluster, node, nodes: others.map(({ id }) => visible(id)) });
  if (!isSuspended) report({ event: "cluster_resumed" });
  for (const other of others) reportDifference(other, configHash, report);
}

function reportDifference({ id, configHash }: LiveNode, own: string, report: Report): void {
  if (configHash !== own) report({ event: "config_differs", node: visible(id) });
}
