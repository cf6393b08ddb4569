// What a configuration key is: its name in the file, its default, its bounds, and why it exists. The loader, `--help`,
// the example files and the documentation all read these descriptions, so that nothing about a key is said twice.

interface Described {
  /** The name in its table of the file, with the unit in it. */
  readonly key: string;
  /** One sentence: what it does, and why one would change it. */
  readonly why: string;
}

/** A whole number from `min` to `max`, both included. */
export interface IntegerSetting extends Described {
  readonly kind: "integer";
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly default?: number;
}

export interface BooleanSetting extends Described {
  readonly kind: "boolean";
  readonly default?: boolean;
}

/** What a text has to look like. Control characters are refused in every text. */
export interface TextForm {
  readonly maxLength: number;
  readonly mayBeEmpty?: boolean;
  /** Linear in time, and `form` says it in words. */
  readonly pattern?: RegExp;
  readonly form?: string;
  /** A message about a wrong one does not repeat it: what stands here by mistake may be a secret. */
  readonly isSecret?: boolean;
}

export interface TextSetting extends Described, TextForm {
  readonly kind: "text";
  readonly default?: string;
}

export interface ChoiceSetting extends Described {
  readonly kind: "choice";
  readonly choices: readonly string[];
  readonly default?: string;
}

/** A list of texts, each of the form `item`, none twice unless `mayRepeat`. */
export interface TextsSetting extends Described {
  readonly kind: "texts";
  readonly item: TextForm;
  readonly minCount: number;
  readonly maxCount: number;
  readonly mayRepeat?: boolean;
  readonly default?: readonly string[];
}

export type Setting = IntegerSetting | BooleanSetting | TextSetting | ChoiceSetting | TextsSetting;

/** The settings of one table of a file, by the name that the program uses for them. */
export type Settings = { readonly [name: string]: Setting };

/** A table of the file: `path` is [] for the keys above the first table. */
export interface Section<T extends Settings = Settings> {
  readonly path: readonly string[];
  readonly settings: T;
}

export type SettingValue<S extends Setting> = S extends IntegerSetting ? number
  : S extends BooleanSetting ? boolean
  : S extends TextsSetting ? readonly string[]
  : S extends ChoiceSetting ? S["choices"][number]
  : string;

/** What one source gave: a key that it left out, or got wrong, is absent. */
export type GivenValues<T extends Settings> = { -readonly [Name in keyof T]?: SettingValue<T[Name]> };

/** Every setting with its value; `undefined` only where there is no default. */
export type SettingValues<T extends Settings> = {
  readonly [Name in keyof T]: T[Name] extends { readonly default: unknown } ? SettingValue<T[Name]>
    : SettingValue<T[Name]> | undefined;
};

/** The values of `layers`, a later one over an earlier one, over the defaults; frozen. */
export function mergeValues<T extends Settings>(
  settings: T,
  ...layers: readonly GivenValues<T>[]
): SettingValues<T> {
  const defaults = Object.entries(settings).map(([name, setting]) => [name, setting.default]);
  return Object.freeze(Object.assign(Object.fromEntries(defaults), ...layers));
}
