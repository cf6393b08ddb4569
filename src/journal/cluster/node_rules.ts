// What the records about nodes do.

import type { ClusterOutcome } from "./cluster_effect.ts";
import type { ClusterRule } from "./cluster_rule.ts";
import type { ClusterState } from "./cluster_state.ts";

export type NodeKind = "config" | "hello" | "beat" | "fence" | "bye" | "snapped";

export const NODE_RULES: { readonly [Kind in NodeKind]: ClusterRule<Kind> } = {
  config: {
    validIf:
      "its version is the next one, 1 being the first; the author is live, or the version is 1; its rules are not older",
    does:
      "sets capacity, waiting room, longest lease, `fenceBeats` and rules; no member loses its seat, and clients that wait are seated " +
      "where there is room; rules that a program does not know stop it",
    isOfAnyNode: true,
    apply(state, { node, record: { kind: _, ...config } }) {
      const { version = 0, rules = 0 } = state.config ?? {};
      if (config.version !== version + 1) return "not the next version";
      if (version > 0 && !state.nodes.isLive(node)) return "author not live";
      if (config.rules < rules) return "older rules";
      state.configure(config);
      return [{ kind: "configured", config }];
    },
  },
  hello: {
    validIf: "the author is neither live nor gone, and there is a configuration",
    does: "the author is live",
    isOfAnyNode: true,
    apply(state, { node: id, counter, record: { kind: _, ...node } }) {
      if (state.config === undefined) return "no configuration";
      if (state.nodes.isLive(id)) return "node known already";
      return [{ kind: "node live", node: state.nodes.add({ id, ...node }, counter) }];
    },
  },
  beat: {
    validIf: "no later beat of the author was applied",
    does:
      "no node has beats without one of the author; the author has one more without one of each other node",
    apply: (state, entry) =>
      state.nodes.beat(entry) ? [{ kind: "heard", node: state.nodes.get(entry.node)! }] : "late beat",
  },
  fence: {
    validIf:
      "the node is live, and the author has sent at least `fenceBeats` beats since the last one of that node",
    does:
      "the node is gone for good: its later records are void, its seats are away, and its clients wait no more",
    apply(state, { node, record: { of } }) {
      if (!state.nodes.isLive(of)) return "no such node";
      if (of === node || state.nodes.silence(node, of) < state.config!.fenceBeats) return "node not silent";
      return remove(state, of, true);
    },
  },
  bye: {
    validIf: "always",
    does: "as a fence of the author",
    apply: (state, { node }) => remove(state, node, false),
  },
  snapped: {
    validIf: "the snapshot is newer than those known, and older than the record",
    does: "the newest two snapshots are known: records before the older one may be purged",
    apply(state, { record: { at, chain } }) {
      const newest = state.snapshots.at(-1)?.at ?? 0;
      if (at <= newest || at > state.position) return "snapshot not newer";
      state.addSnapshot({ at, chain });
      return [{ kind: "snapped", snapshot: { at, chain } }];
    },
  },
};

function remove<Member>(state: ClusterState<Member>, id: string, isFenced: boolean): ClusterOutcome<Member> {
  const node = state.nodes.get(id)!;
  return [{ kind: "node gone", node, isFenced, ...state.removeNode(id) }];
}
