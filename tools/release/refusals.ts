// Why a release cannot be made of a work tree.

import type { ChangelogPart } from "./changelog.ts";
import type { WorkTree } from "./work_tree.ts";

export interface Allowed {
  /** A work tree with changes. */
  readonly changes: boolean;
  /** A version without a date. */
  readonly noDate: boolean;
}

/** @returns undefined: it can be made */
export function refuseRelease(
  { changes, version }: WorkTree,
  { date }: ChangelogPart,
  allowed: Allowed,
): string | undefined {
  if (changes.length > 0 && !allowed.changes) {
    return `Cannot make a release: commit or remove these changes first\n${changes.join("\n")}`;
  }
  if (date === undefined && !allowed.noDate) {
    return `Cannot make a release: write the date of ${version} in its heading in CHANGELOG.md`;
  }
  return undefined;
}
