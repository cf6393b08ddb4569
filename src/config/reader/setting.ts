// What a key of the configuration is, and what a flag is. The loader, `--help` and the tests of the example files and the
// documentation all read these descriptions, so that a key is described once.

interface Described {
  /** The name in its table of the file, with the unit in it. */
  readonly key: string;
  /** One or two sentences: the effect, and the reason to change it. */
  readonly help: string;
  /** Its name in an earlier version. */
  readonly formerly?: string;
}

/** A whole number from `min` to `max`, inclusive. */
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

/** The form of a text. No text may contain control characters. */
export interface TextForm {
  readonly maxLength: number;
  readonly mayBeEmpty?: boolean;
  /** Takes linear time; `form` describes it. */
  readonly pattern?: RegExp;
  readonly form?: string;
  /** An error message does not repeat the value: it may be a secret that was pasted in by mistake. */
  readonly isSecret?: boolean;
  /** An error message does not repeat what is before an @: it may be a password. */
  readonly hidesUser?: boolean;
}

export interface TextSetting extends Described, TextForm {
  readonly kind: "text";
  /** In a file, a relative path begins in the directory of that file. */
  readonly isPath?: boolean;
  readonly default?: string;
}

export interface ChoiceSetting extends Described {
  readonly kind: "choice";
  readonly choices: readonly string[];
  readonly default?: string;
}

/** A list of texts of the form `item`, without duplicates unless `mayRepeat`. */
export interface TextsSetting extends Described {
  readonly kind: "texts";
  readonly item: TextForm;
  readonly minCount: number;
  readonly maxCount: number;
  readonly mayRepeat?: boolean;
  readonly default?: readonly string[];
}

export type Setting = IntegerSetting | BooleanSetting | TextSetting | ChoiceSetting | TextsSetting;

/** The settings of one table of a file, by their names in the program. */
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

/** The values from one source; a key that is missing or invalid there is absent. */
export type GivenValues<T extends Settings> = { -readonly [Name in keyof T]?: SettingValue<T[Name]> };

/** Every setting with its value, `undefined` only without a default. */
export type SettingValues<T extends Settings> = {
  readonly [Name in keyof T]: T[Name] extends { readonly default: unknown } ? SettingValue<T[Name]>
    : SettingValue<T[Name]> | undefined;
};

/** The defaults, overridden by the values of each layer in turn; frozen. */
export function mergeValues<T extends Settings>(
  settings: T,
  ...layers: readonly GivenValues<T>[]
): SettingValues<T> {
  const defaults = Object.entries(settings).map(([name, setting]) => [name, setting.default]);
  return Object.freeze(Object.assign(Object.fromEntries(defaults), ...layers));
}

/** A flag of the command line. */
export interface FlagSpec {
  /** Without the dashes. */
  readonly name: string;
  /** One letter, used with one dash. */
  readonly alias?: string;
  /** The placeholder for the value in the help, such as "PORT"; absent for a flag without a value. */
  readonly value?: string;
  /** One sentence. */
  readonly help: string;
  /** "-" for standard input is a value of it. */
  readonly mayBeStdin?: boolean;
  /** The dotted key of the configuration that it overrides. */
  readonly sets?: string;
}

/** The values of parsed flags by name: a text, or whether an on/off flag was given. */
export type FlagValues<Specs extends readonly FlagSpec[]> = {
  readonly [Spec in Specs[number] as Spec["name"]]: Spec extends { readonly value: string }
    ? string | undefined
    : boolean;
};
