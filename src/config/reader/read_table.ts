// Reads one table of a parsed file by the descriptions of its keys. An unknown or invalid key is reported and counts as
// absent, so that one mistake does not cause further messages.

import { dottedKey, isTable, type KeyPath, type ProblemList } from "../toml/mod.ts";
import { checkValue, type ValueProblem } from "./check_setting.ts";
import { resolvePath } from "./resolve_path.ts";
import type { GivenValues, Setting, Settings } from "./setting.ts";

export interface TableOptions {
  /** Keys that the caller reads. */
  readonly otherKeys?: readonly string[];
  /** Where relative paths begin; without it, they stay as they are. */
  readonly directory?: string | undefined;
  /** A hint about a key that this table does not have: where it belongs. */
  readonly hintFor?: (key: string) => string | undefined;
}

/** `table` is the value at `path`, `undefined` if the file does not have it. */
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
      if (!known.includes(key)) {
        const hint = renamedHint(settings, path, key) ?? options.hintFor?.(key);
        problems.addUnknownKey([...path, key], known, hint);
      }
      continue;
    }
    const setting = settings[name]!;
    const problem = checkValue(setting, value);
    if (problem) problems.addKey([...path, key, ...itemOf(problem)], problem.reason, problem.hint);
    else given[name] = isPath(setting, value) ? resolve(value, options) : freezeList(value);
  }
  return given as GivenValues<T>;
}

function renamedHint(settings: Settings, path: KeyPath, key: string): string | undefined {
  const setting = Object.values(settings).find(({ formerly }) => formerly === key);
  return setting && `it is now "${dottedKey([...path, setting.key])}"`;
}

/** An empty text means that there is no file. */
function isPath(setting: Setting, value: unknown): value is string {
  return setting.kind === "text" && setting.isPath === true && value !== "";
}

function resolve(path: string, { directory }: TableOptions): string {
  return directory === undefined ? path : resolvePath(directory, path);
}

function itemOf({ item }: ValueProblem): number[] {
  return item === undefined ? [] : [item];
}

function freezeList(value: unknown): unknown {
  return Array.isArray(value) ? Object.freeze([...value]) : value;
}
