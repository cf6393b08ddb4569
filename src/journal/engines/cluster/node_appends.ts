// Appends the records of a node. An append that is not done fails when the node is suspended or loses its name.

import type { ClusterRecord, SharedRecord } from "../../cluster/mod.ts";
import { type LogDriver, LogRequestError } from "../nats/mod.ts";
import { AppendRefused, asRefused } from "./append_refused.ts";
import { bodyOf } from "./log_entry.ts";
import type { Effects } from "./replica.ts";

/** They only release something, so they are sent again until they are applied, however long that takes. */
const RELEASES: readonly ClusterRecord["kind"][] = ["leave", "away", "withdraw"];

export interface NodeAppendsPort<Member> {
  /** The current one. */
  driver(): LogDriver<Effects<Member>>;
  /** False when the node has stopped: then every append is rejected with the reason. */
  isSuspended(): boolean;
}

export class NodeAppends<Member> {
  readonly #port: NodeAppendsPort<Member>;
  #named = new AbortController();
  #inTouch = new AbortController();

  constructor(port: NodeAppendsPort<Member>) {
    this.#port = port;
  }

  /** Aborted when the node takes another name. */
  get named(): AbortSignal {
    return this.#named.signal;
  }

  /** Also aborted when the node is suspended. */
  get inTouch(): AbortSignal {
    return this.#inTouch.signal;
  }

  suspended(): void {
    this.#inTouch.abort(new AppendRefused("suspended"));
    this.#inTouch = new AbortController();
  }

  nameEnded(why: "fenced" | "suspended"): void {
    this.#named.abort(new AppendRefused(why));
    this.#inTouch.abort(new AppendRefused(why));
    this.#named = new AbortController();
    this.#inTouch = new AbortController();
  }

  /**
   * A record that came too late, after thousands of later ones of this node, was not applied, and is made again. Where it was
   * part of a snapshot instead, another one is void, or its client is gone.
   */
  async append(record: ClusterRecord, signal?: AbortSignal): Promise<Effects<Member>> {
    for (;;) {
      const effects = await this.#port.driver().append(bodyOf(record), signal);
      const [first] = effects;
      if (first?.kind !== "void" || first.reason !== "repeated") return effects;
    }
  }

  /** @throws {AppendRefused} if the record changed nothing, or is not applied in time */
  async appendShared(record: SharedRecord): Promise<Effects<Member>> {
    if (!isRelease(record) && this.#port.isSuspended()) throw new AppendRefused("suspended");
    const signal = isRelease(record) ? this.named : this.inTouch;
    const effects = await this.append(record, signal).catch(asRefused);
    const [first] = effects;
    const hasLapsed = record.kind === "lapse" && effects.some(({ kind }) => kind === "left");
    if (first?.kind !== "void" || hasLapsed) return effects;
    throw new AppendRefused(first.reason === "author not live" ? "fenced" : first.reason);
  }

  /** The outcome is visible in the state. @throws the reason for which the node has stopped */
  async appendAndForget(record: ClusterRecord, signal?: AbortSignal): Promise<void> {
    try {
      await this.append(record, signal);
    } catch (error) {
      // Skipped: it is part of a snapshot.
      if (!(error instanceof LogRequestError || error instanceof AppendRefused)) throw error;
    }
  }

  /** For records whose outcome no caller waits for. If the node stops, its listener is informed. */
  appendLater(record: ClusterRecord, signal: AbortSignal): void {
    this.appendAndForget(record, signal).catch(() => {});
  }
}

function isRelease({ kind }: ClusterRecord): boolean {
  return RELEASES.includes(kind);
}
