// Builders for the tables of keys: each returns the description of one key. Also what the tables share: units, and the
// form of a conflict between keys.

import type { TextForm } from "../reader/mod.ts";

export const KIBI = 1_024;
export const MEBI = 1_048_576;
export const GIBI = 1_073_741_824;
export const HOUR_MS = 3_600_000;

/** For a timer: far below the 2^31 ms at which timers overflow, far above any sensible wait. */
export const MAX_WAIT_MS = 24 * HOUR_MS;

/** Values that are each within bounds, and yet impossible together. `reason` is read after the key's name. */
export interface Conflict {
  /** The key to change. */
  readonly path: readonly string[];
  readonly reason: string;
  readonly hint: string;
}

const PATH_LENGTH = 4_096;

type Range = readonly [min: number, max: number];
type RangeWithDefault = readonly [initial: number, min: number, max: number];

/** A whole number with a default, and its bounds, both included. */
export function integer<const Key extends string>(
  key: Key,
  unit: string,
  [initial, min, max]: RangeWithDefault,
  help: string,
) {
  return { kind: "integer", key, unit, default: initial, min, max, help } as const;
}

/** A whole number that may be absent. */
export function optionalInteger<const Key extends string>(
  key: Key,
  unit: string,
  [min, max]: Range,
  help: string,
) {
  return { kind: "integer", key, unit, min, max, help } as const;
}

/** A key that had another name, which is refused with a hint at the new one. */
export function renamed<const Described>(formerly: string, setting: Described) {
  return { ...setting, formerly };
}

export function boolean<const Key extends string>(key: Key, initial: boolean, help: string) {
  return { kind: "boolean", key, default: initial, help } as const;
}

type TextOptions = TextForm & { readonly default?: string; readonly isPath?: boolean };

/** A text of the form `form`, absent if that has no default. */
export function text<const Key extends string, const Form extends TextOptions>(
  key: Key,
  form: Form,
  help: string,
) {
  return { kind: "text", key, ...form, help } as const;
}

const PATH = { maxLength: PATH_LENGTH, mayBeEmpty: true, isPath: true } as const;

/** The path of a file; empty means that there is none. */
export function path<const Key extends string>(key: Key, help: string) {
  return text(key, { ...PATH, default: "" }, help);
}

/** A path under a name that it no longer has. */
export function formerPath<const Key extends string>(key: Key) {
  return text(key, PATH, "");
}

export function choice<const Key extends string, const Choices extends readonly string[]>(
  key: Key,
  choices: Choices,
  initial: Choices[number],
  help: string,
) {
  return { kind: "choice", key, choices, default: initial, help } as const;
}

/** How many items a list of strings may have, their form, and whether one may occur twice. */
interface ListForm {
  readonly item: TextForm;
  readonly minCount: number;
  readonly maxCount: number;
  readonly mayRepeat?: boolean;
  readonly default?: readonly string[];
}

export function texts<const Key extends string, const Form extends ListForm>(
  key: Key,
  form: Form,
  help: string,
) {
  return { kind: "texts", key, ...form, help } as const;
}
