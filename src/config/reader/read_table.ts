// Reads one table of a parsed file against the descriptions of its keys. A key that is unknown or wrong becomes a
// problem and counts as absent, so that one mistake does not bring on others.

import { refuseValue } from "./check_setting.ts";
import { isTable, type KeyPath, type ProblemList } from "../toml/mod.ts";
import type { GivenValues, Settings } from "./setting.ts";

export interface TableOptions {
  /** Keys that the caller reads by itself. */
  readonly otherKeys?: readonly string[];
  /** Where a key that this table does not know would belong, in words. */
  readonly hintFor?: (key: string) => string | undefined;
}

/** `table` stands at `path`; `undefined` means that the file does not have it. */
export function readTable<T extends Settings>(
  settings: T,
  table: unknown,
  path: KeyPath,
  problems: ProblemList,
  options: TableOptions = {},
): GivenValues<T> {
  const given: Record<string, unknown> = {};
  if (table === undefined) return given as GivenValues<T>;
  if (!isTable(table)) {
    problems.addKey(path, "must be a table");
    return given as GivenValues<T>;
  }
  const names = new Map(Object.entries(settings).map(([name, setting]) => [setting.key, name]));
  const known = [...names.keys(), ...options.otherKeys ?? []];
  for (const [key, value] of Object.entries(table)) {
    const name = names.get(key);
    if (name === undefined) {
      if (!known.includes(key)) problems.addUnknownKey([...path, key], known, options.hintFor?.(key));
      continue;
    }
    const refusal = refuseValue(settings[name]!, value);
    if (refusal) problems.addKey([...path, key, ...itemOf(refusal)], refusal.reason);
    else given[name] = freezeList(value);
  }
  return given as GivenValues<T>;
}

function itemOf(refusal: { readonly item?: number }): number[] {
  return refusal.item === undefined ? [] : [refusal.item];
}

function freezeList(value: unknown): unknown {
  return Array.isArray(value) ? Object.freeze([...value]) : value;
}
