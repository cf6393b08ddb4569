// Which nodes may be fenced: those that are silent by the rules and by this node's clock. The clock alone never decides.

import type { ClusterState } from "../../cluster/mod.ts";

/** A node is fenced only after this long without a record of it, while this node was in contact with the log. */
export const SILENT_MS = 5_500;

export class SilentNodes {
  readonly #heard = new Map<string, number>();

  /** A record of this node was applied. */
  heard(node: string, now: number): void {
    this.#heard.set(node, now);
  }

  /** @param resumedAt since when this node has been in contact with the log */
  find({ nodes, config }: ClusterState, self: string, now: number, resumedAt: number): readonly string[] {
    const others = nodes.ids.filter((id) => id !== self);
    for (const id of this.#heard.keys()) if (!nodes.isLive(id)) this.#heard.delete(id);
    return others.filter((id) => {
      if (!this.#heard.has(id)) this.#heard.set(id, now);
      return nodes.silence(self, id) >= config!.fenceBeats &&
        now - Math.max(this.#heard.get(id)!, resumedAt) >= SILENT_MS;
    });
  }
}
