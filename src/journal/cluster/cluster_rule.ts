// What a row of the table of rules has.

import type { ClusterOutcome } from "./cluster_effect.ts";
import type { ClusterEntry, ClusterKind } from "./cluster_record.ts";
import type { ClusterState } from "./cluster_state.ts";

export interface ClusterRule<Kind extends ClusterKind> {
  /** For docs/cluster-rules.md: when the record is valid, besides what is true of all, and what it does. */
  readonly validIf: string;
  readonly does: string;
  /** The author need not be live, but must not be gone. */
  readonly isOfAnyNode?: true;
  readonly apply: <Member>(state: ClusterState<Member>, entry: ClusterEntry<Kind>) => ClusterOutcome<Member>;
}
