// Messages from node to node over NATS, without JetStream: one that finds no subscriber is lost.

import type { NatsLink } from "./link/mod.ts";
import { namesOf } from "./names.ts";

export class NodeMessages {
  readonly #link: Pick<NatsLink, "publish" | "subscribe">;
  readonly #subjectOf: (node: string) => string;

  /** @param name of the ranking */
  constructor(link: Pick<NatsLink, "publish" | "subscribe">, name: string) {
    this.#link = link;
    this.#subjectOf = namesOf(name).node;
  }

  /** @param bytes fewer than the server accepts, and not changed afterwards */
  publish(node: string, bytes: Uint8Array): void {
    this.#link.publish(this.#subjectOf(node), bytes);
  }

  /** The result ends it. */
  subscribe(node: string, listener: (bytes: Uint8Array) => void): () => void {
    return this.#link.subscribe(this.#subjectOf(node), ({ data }) => listener(data));
  }
}
