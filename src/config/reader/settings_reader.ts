// Combines the sources of a configuration: a flag overrides the environment, which overrides the file, which overrides
// the default. Each source is validated even where another one overrides it. The callers read files and environment.

import { dottedKey, type ProblemList, type TomlTable } from "../toml/mod.ts";
import { checkValue, parseSettingText } from "./check_setting.ts";
import { isInjected } from "./injected_variables.ts";
import { readTable } from "./read_table.ts";
import {
  type FlagSpec,
  type GivenValues,
  mergeValues,
  type Section,
  type Setting,
  type Settings,
  type SettingValues,
} from "./setting.ts";

/** A configuration file that has been read; `path` is for messages. */
export interface ConfigFile {
  readonly path: string;
  readonly text: string;
  /** Where relative paths in it begin, an absolute path; without it, they stay as they are. */
  readonly directory?: string | undefined;
}

/** The flags of the command line by name; an on/off flag is a boolean. */
export type FlagInput = Readonly<Record<string, string | boolean | undefined>>;

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a loader is given. */
export interface ConfigInput {
  readonly file?: ConfigFile | undefined;
  readonly env?: Environment;
  /** By flag name, as `parseFlags` returns them; flags that set no key are ignored. */
  readonly flags?: FlagInput;
}

export interface SettingSources {
  /** The parsed file; {} without one. */
  readonly document: TomlTable;
  /** Where relative paths in it begin. */
  readonly directory: string | undefined;
  readonly env: Environment;
  /** RANKSERVER or RANKCLIENT. */
  readonly envPrefix: string;
  readonly flags: FlagInput;
  readonly flagSpecs: readonly FlagSpec[];
}

/** Loads the TOML parser only when there is a file, because it delays the start. */
export async function readDocument(file: ConfigFile | undefined, problems: ProblemList): Promise<TomlTable> {
  if (!file) return {};
  const { readToml } = await import("../toml/read_toml.ts");
  return readToml(file.text, problems) ?? {};
}

export class SettingsReader {
  readonly #sources: SettingSources;
  readonly #sections: readonly Section[];
  readonly #problems: ProblemList;

  /** `sections`: all tables of this configuration, for a hint about a key in the wrong one. */
  constructor(sources: SettingSources, sections: readonly Section[], problems: ProblemList) {
    this.#sources = sources;
    this.#sections = sections;
    this.#problems = problems;
  }

  /** `otherKeys`: keys of the section's table that the caller reads. */
  read<T extends Settings>(section: Section<T>, otherKeys: readonly string[] = []): SettingValues<T> {
    const table = section.path.reduce<unknown>(
      (parent, key) => (parent as TomlTable | undefined)?.[key],
      this.#sources.document,
    );
    const inFile = readTable(section.settings, table, section.path, this.#problems, {
      otherKeys,
      directory: this.#sources.directory,
      hintFor: (key) => this.#hintFor(key),
    });
    return mergeValues(section.settings, inFile, this.readOutside(section));
  }

  /** The values that the environment and the flags give to the settings of a section. */
  readOutside<T extends Settings>(section: Section<T>): GivenValues<T> {
    const given: Record<string, unknown> = {};
    for (const [name, setting] of Object.entries(section.settings)) {
      for (const { source, text } of this.#textsFor([...section.path, setting.key])) {
        const value = parseSettingText(setting, text);
        const problem = checkValue(setting, value);
        if (problem) this.#problems.addOutside(source, `${source} ${problem.reason}`);
        else given[name] = Array.isArray(value) ? Object.freeze(value) : value;
      }
    }
    return given as GivenValues<T>;
  }

  /** The variables that a container platform has set, in order; they set nothing. */
  injectedVariables(): readonly string[] {
    const { env, envPrefix } = this.#sources;
    return Object.keys(env).filter((name) => isInjected(envPrefix, name, env[name]!)).sort();
  }

  /** Reports variables with this program's prefix that set nothing. @param others variables that the caller reads. */
  refuseUnknownVariables(others: readonly string[] = []): void {
    const { env, envPrefix } = this.#sources;
    const ignored = this.injectedVariables();
    const keys = this.#sections.flatMap(({ path, settings }) =>
      Object.values(settings).map(({ key, formerly = key }) =>
        [key, formerly].map((name) => variableName(envPrefix, [...path, name])) as [string, string]
      )
    );
    const known = keys.map(([name]) => name).concat(others);
    const renamed = new Map(keys.map(([name, formerly]) => [formerly, name]));
    for (const name of Object.keys(env).sort()) {
      if (name.startsWith(`${envPrefix}_`) && !known.includes(name) && !ignored.includes(name)) {
        const current = renamed.get(name);
        this.#problems.addUnknownVariable(name, known, current && `it is now ${current}`);
      }
    }
  }

  /** The variable comes first, so that the flag overrides it. */
  #textsFor(path: readonly string[]): { source: string; text: string }[] {
    const { env, envPrefix, flags, flagSpecs } = this.#sources;
    const variable = variableName(envPrefix, path);
    const inEnvironment = env[variable];
    const key = dottedKey(path);
    const spec = flagSpecs.find(({ sets }) => sets === key);
    const given = spec && flags[spec.name];
    // An on/off flag that was not given sets nothing.
    const flagText = given === true ? "true" : given;
    return [
      // An empty variable counts as unset: container files pass variables without a value that way.
      ...inEnvironment && !isInjected(envPrefix, variable, inEnvironment)
        ? [{ source: variable, text: inEnvironment }]
        : [],
      ...typeof flagText === "string" ? [{ source: flagLabel(spec!), text: flagText }] : [],
    ];
  }

  #hintFor(key: string): string | undefined {
    const home = this.#sections.find(({ settings }) =>
      Object.values(settings).some((one) => one.key === key)
    );
    if (!home) return undefined;
    return home.path.length === 0
      ? "it belongs at the top of the file, above the first [table]"
      : `it belongs in [${home.path.join(".")}]`;
  }
}

/** The name of a positional argument is in capitals and shown as it is. */
function flagLabel({ name }: FlagSpec): string {
  return name === name.toUpperCase() ? name : `--${name}`;
}

/** RANKSERVER_LIMITS_LINE_BYTES */
function variableName(envPrefix: string, path: readonly string[]): string {
  return [envPrefix, ...path].join("_").toUpperCase();
}

export interface ListedSetting {
  /** As in messages: `limits.line_bytes`. */
  readonly key: string;
  readonly variable: string;
  readonly setting: Setting;
}

/** The settings of a program as a flat list, for the help and the tests. */
export function listSettings(sections: readonly Section[], envPrefix: string): ListedSetting[] {
  return sections.flatMap(({ path, settings }) =>
    Object.values(settings).map((setting) => ({
      key: dottedKey([...path, setting.key]),
      variable: variableName(envPrefix, [...path, setting.key]),
      setting,
    }))
  );
}
