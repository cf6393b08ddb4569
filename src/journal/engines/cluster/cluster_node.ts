// One server of a cluster: appends its records, applies the records of all, and performs the duties of a node. Its caller
// decides what the effects mean to clients.

import {
  type ClusterEntry,
  type ClusterState,
  recordsOwed,
  recordsOwedAfterLoad,
  type SharedRecord,
} from "../../cluster/mod.ts";
import type { Position } from "../../mod.ts";
import { LogDriver, type LogEvent, LogFault } from "../nats/mod.ts";
import { AppendRefused } from "./append_refused.ts";
import { Housekeeping } from "./housekeeping.ts";
import { NodeAppends } from "./node_appends.ts";
import { newNodeName } from "./node_name.ts";
import type { ClusterNodeOptions } from "./node_options.ts";
import { PositionCallbacks } from "./position_callbacks.ts";
import { type Effects, Replica } from "./replica.ts";
import { compareConfig, firstConfig } from "./shared_config.ts";
import { SnapshotKeeper } from "./snapshot_keeper.ts";

export class ClusterNode<Member> {
  readonly #options: ClusterNodeOptions<Member>;
  readonly #snapshots: SnapshotKeeper;
  #housekeeping: Housekeeping;
  #id: string;
  #replica: Replica<Member>;
  #driver: LogDriver<Effects<Member>>;
  readonly #appends = new NodeAppends<Member>({
    driver: () => this.#driver,
    isSuspended: () => this.isSuspended && this.#stage !== "stopped",
  });
  readonly #positions = new PositionCallbacks();
  #stage: "starting" | "running" | "leaving" | "stopped" = "starting";
  #hasRebuilt = false;

  constructor(options: ClusterNodeOptions<Member>) {
    this.#options = options;
    this.#snapshots = new SnapshotKeeper({
      save: (snapshot) => this.#driver.saveSnapshot(snapshot),
      append: (record) => this.#appends.append(record, this.#appends.named),
      purge: (position) => this.#driver.purge(position),
    }, options.snapshotEvery);
    this.#housekeeping = new Housekeeping(options.graceMs);
    this.#id = newNodeName(options.name, options.system.random);
    this.#replica = this.#newReplica();
    this.#driver = this.#newDriver();
  }

  /** The name of this life of the node: `<configured>-<8 hexadecimal digits>`. */
  get id(): string {
    return this.#id;
  }

  /** Callers must not change it. */
  get state(): ClusterState<Member> {
    return this.#replica.state;
  }

  /** The others may have fenced this node, so no decision may depend on its state. Always current. */
  get isSuspended(): boolean {
    return this.#driver.isSuspended;
  }

  /**
   * Resolves when the node is live. It is suspended until the event "resumed".
   *
   * @throws {LogFault} "different", with the key, when other nodes have other settings
   */
  async start(): Promise<void> {
    try {
      await this.#driver.start();
      await this.#appends.appendAndForget(firstConfig(this.#options.settings));
      compareConfig(this.state.config, this.#options.settings);
      this.#stage = "running";
      await this.#introduce();
    } catch (error) {
      this.stop(error);
      throw error;
    }
  }

  /**
   * Resolves with the effects of the record when it has been applied here.
   *
   * @throws {AppendRefused}, or the reason for which the node has stopped
   */
  append(record: SharedRecord): Promise<Effects<Member>> {
    return this.#appends.appendShared(record);
  }

  /** Calls back when the record at this position has been applied here; immediately if it already has. */
  whenAt(position: Position, callback: () => void): void {
    if (position <= this.state.position) callback();
    else this.#positions.add(position, callback);
  }

  /** Calls back when a beat that is sent after this call has been applied here, unless the node has taken another name. */
  whenEchoed(callback: () => void): void {
    this.#driver.whenEchoed(callback);
  }

  /** Appends `bye`, so that the seats of this node are away immediately. `signal` ends the attempts. */
  async leave(signal: AbortSignal): Promise<void> {
    this.#stage = "leaving";
    try {
      await this.#appends.appendAndForget({ kind: "bye" }, signal);
    } finally {
      this.stop();
    }
  }

  stop(reason?: unknown): void {
    this.#stage = "stopped";
    this.#positions.clear();
    this.#driver.stop(reason);
  }

  async #introduce(): Promise<void> {
    const { name, address, version, configHash } = this.#options;
    const id = this.#id;
    await this.#appends.appendAndForget(
      { kind: "hello", name, address, version, configHash },
      this.#appends.named,
    );
    // Meanwhile the node may have taken another name.
    if (this.#id === id && this.state.nodes.isLive(id)) this.#driver.startBeats();
  }

  #applied(entry: ClusterEntry, effects: Effects<Member>): void {
    const { state, id } = this;
    const now = this.#options.system.clock.now();
    this.#housekeeping.heard(entry.node, now);
    this.#options.onApplied({ position: state.position, entry, effects });
    for (const record of recordsOwed(state, id, effects, this.#options.clients)) {
      this.#appends.appendLater(record, this.#appends.named);
    }
    for (const effect of effects) {
      if (effect.kind === "node gone" && effect.node.id === id) return this.#fenced();
    }
    if (this.isSuspended) return;
    const [first] = effects;
    if (first?.kind === "heard" && first.node.id === id) {
      for (const record of this.#housekeeping.due(state, id, now)) {
        this.#appends.appendLater(record, this.#appends.inTouch);
      }
    }
    if (this.#snapshots.isDue(state, id)) void this.#snapshots.keep(state).catch(() => {});
  }

  #loaded(): void {
    const { state, id } = this;
    if (this.#stage !== "starting") this.#options.onEvent({ kind: "loaded" });
    if (state.nodes.isGone(id)) return this.#fenced();
    for (const record of recordsOwedAfterLoad(state, id, this.#options.clients)) {
      this.#appends.appendLater(record, this.#appends.named);
    }
  }

  #fenced(): void {
    if (this.#stage !== "running") return;
    this.#endName("fenced");
    this.#driver.renew(this.#id);
    this.#goOn("fenced");
  }

  /** Rebuilds the state from the snapshot and the records, once, under another name. */
  #diverged(position: number, node: string): void {
    if (this.#hasRebuilt) {
      throw new LogFault(
        "diverged",
        `The states of ${this.#id} and ${node} at ${position} differ: stop all nodes`,
      );
    }
    this.#hasRebuilt = true;
    this.#driver.stop(new AppendRefused("suspended"));
    this.#endName("suspended");
    this.#replica = this.#newReplica();
    this.#driver = this.#newDriver();
    this.#housekeeping = new Housekeeping(this.#options.graceMs);
    this.#options.onEvent({ kind: "loaded" });
    this.#options.onEvent({ kind: "suspended", reason: `the state differed from that of ${node}` });
    this.#driver.start().then(() => this.#goOn("diverged"), (error) => this.#cannotRebuild(error));
  }

  #cannotRebuild(error: unknown): void {
    if (this.#stage !== "running" || !(error instanceof LogFault)) return;
    this.stop(error);
    this.#options.onEvent({ kind: "fault", fault: error });
  }

  #endName(why: "fenced" | "suspended"): void {
    this.#appends.nameEnded(why);
    this.#id = newNodeName(this.#options.name, this.#options.system.random);
  }

  #goOn(why: "fenced" | "diverged"): void {
    // If it fails, the driver has reported why.
    this.#introduce().catch(() => {});
    this.#options.onEvent({ kind: "renewed", node: this.#id, why });
  }

  #driverEvent(event: LogEvent): void {
    switch (event.kind) {
      case "suspended":
        this.#appends.suspended();
        break;
      case "resumed":
        this.#housekeeping.resumed(this.#options.system.clock.now());
        break;
      case "fault":
        // start() reports it to its caller.
        if (this.#stage === "starting") return;
        this.#stage = "stopped";
    }
    this.#options.onEvent(event);
  }

  #newReplica(): Replica<Member> {
    return new Replica<Member>({
      placeholder: this.#options.placeholder,
      self: () => this.#id,
      applied: (entry, effects) => {
        this.#applied(entry, effects);
        this.#positions.reached(this.state.position);
      },
      loaded: () => {
        this.#loaded();
        this.#positions.reached(this.state.position);
      },
      diverged: (position, node) => this.#diverged(position, node),
    }, this.#options.identity);
  }

  #newDriver(): LogDriver<Effects<Member>> {
    const { log, snapshots, system, identity } = this.#options;
    return new LogDriver<Effects<Member>>({
      log,
      snapshots,
      system,
      identity,
      node: this.#id,
      rules: this.#replica,
      onEvent: (event) => this.#driverEvent(event),
    });
  }
}
