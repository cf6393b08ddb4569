// The journal of a server in a cluster. Its listener decides what the records of all servers mean to this one.

import type { LiveNode, SharedRecord } from "../../cluster/mod.ts";
import type { Position, RosterState } from "../../mod.ts";
import type { SharedJournal, SharedJournalListener } from "../mod.ts";
import { ClusterNode } from "./cluster_node.ts";
import type { ClusterNodeOptions, NodeEvent } from "./node_options.ts";

export type ClusterJournalOptions<Member> = Omit<
  ClusterNodeOptions<Member>,
  "clients" | "onApplied" | "onEvent"
>;

export class ClusterJournal<Member> implements SharedJournal<Member> {
  readonly isShared = true;
  readonly #node: ClusterNode<Member>;
  #listener: SharedJournalListener<Member> | undefined;
  /** How often the state or the name was replaced. */
  #replacements = 0;
  #fault: Error | undefined;
  readonly #inTouch = Promise.withResolvers<void>();

  constructor(options: ClusterJournalOptions<Member>) {
    // The listener gets failures after the start.
    this.#inTouch.promise.catch(() => {});
    this.#node = new ClusterNode<Member>({
      ...options,
      clients: { has: (id) => this.#listener?.has(id) ?? false },
      onApplied: ({ effects, entry }) => this.#listener?.applied(effects, entry.node),
      onEvent: (event) => this.#handle(event),
    });
  }

  /**
   * Resolves when this server is live and not suspended.
   *
   * @throws {LogFault} "different", with the key, when other servers have other settings
   */
  async start(): Promise<void> {
    await this.#node.start();
    await this.#inTouch.promise;
  }

  get state(): RosterState<Member> {
    return this.#node.state.roster;
  }

  get position(): Position {
    return this.#node.state.position;
  }

  get node(): string {
    return this.#node.id;
  }

  get nodes(): readonly LiveNode[] {
    const { nodes } = this.#node.state;
    return nodes.ids.map((id) => nodes.get(id)!);
  }

  isLive(node: string): boolean {
    return this.#node.state.nodes.isLive(node);
  }

  get isSuspended(): boolean {
    return this.#node.isSuspended;
  }

  listen(listener: SharedJournalListener<Member>): void {
    if (this.#listener !== undefined) throw new Error("The journal has a listener already");
    this.#listener = listener;
    if (this.#fault !== undefined) listener.failed(this.#fault);
  }

  async append(record: SharedRecord): Promise<void> {
    await this.#node.append(record);
  }

  whenAt(position: Position, callback: () => void): void {
    this.#node.whenAt(position, callback);
  }

  whenEchoed(callback: () => void): void {
    const before = this.#replacements;
    this.#node.whenEchoed(() => {
      if (this.#replacements === before) callback();
    });
  }

  leave(signal: AbortSignal): Promise<void> {
    return this.#node.leave(signal);
  }

  stop(): void {
    this.#node.stop();
  }

  #handle(event: NodeEvent): void {
    switch (event.kind) {
      case "suspended":
        return this.#listener?.suspended(true, event.reason);
      case "resumed":
        this.#inTouch.resolve();
        return this.#listener?.suspended(false);
      case "renewed":
      case "loaded":
        this.#replacements++;
        return this.#listener?.replaced();
      case "fault":
        this.#inTouch.reject(event.fault);
        this.#fault = event.fault;
        return this.#listener?.failed(event.fault);
    }
  }
}
