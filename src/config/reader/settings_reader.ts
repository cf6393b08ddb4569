// Brings the sources of a configuration together: a flag goes before the environment, the environment before the file,
// the file before the default. Each source is checked even where another one wins.

import { parseSettingText, refuseValue } from "./check_setting.ts";
import { dottedKey, type ProblemList, type TomlTable } from "../toml/mod.ts";
import type { FlagSpec } from "./flag_spec.ts";
import { readTable } from "./read_table.ts";
import { type GivenValues, mergeValues, type Section, type Settings, type SettingValues } from "./setting.ts";

/** What the command line gave, by flag name; an on/off flag is a boolean. */
export type FlagInput = Readonly<Record<string, string | boolean | undefined>>;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface SettingSources {
  /** The parsed file, {} without one. */
  readonly document: TomlTable;
  readonly env: Environment;
  /** RANKSERVER or RANKCLIENT. */
  readonly envPrefix: string;
  readonly flags: FlagInput;
  readonly flagSpecs: readonly FlagSpec[];
}

export class SettingsReader {
  readonly #sources: SettingSources;
  readonly #sections: readonly Section[];
  readonly #problems: ProblemList;

  /** `sections`: all that this configuration has, so that a key in the wrong table can be told where it belongs. */
  constructor(sources: SettingSources, sections: readonly Section[], problems: ProblemList) {
    this.#sources = sources;
    this.#sections = sections;
    this.#problems = problems;
  }

  /** `otherKeys`: keys of the section's table that the caller reads itself. */
  read<T extends Settings>(section: Section<T>, otherKeys: readonly string[] = []): SettingValues<T> {
    const table = section.path.reduce<unknown>(
      (parent, key) => (parent as TomlTable | undefined)?.[key],
      this.#sources.document,
    );
    const inFile = readTable(section.settings, table, section.path, this.#problems, {
      otherKeys,
      hintFor: (key) => this.#hintFor(key),
    });
    return mergeValues(section.settings, inFile, this.readOutside(section));
  }

  /** What the environment and the flags give for the settings of a section. */
  readOutside<T extends Settings>(section: Section<T>): GivenValues<T> {
    const given: Record<string, unknown> = {};
    for (const [name, setting] of Object.entries(section.settings)) {
      for (const { source, text } of this.#textsFor([...section.path, setting.key])) {
        const value = parseSettingText(setting, text);
        const refusal = refuseValue(setting, value);
        if (refusal) this.#problems.addOutside(source, `${source} ${refusal.reason}`);
        else given[name] = Array.isArray(value) ? Object.freeze(value) : value;
      }
    }
    return given as GivenValues<T>;
  }

  /** Variables with this program's prefix that set nothing are mistakes. @param others that the caller reads itself. */
  refuseUnknownVariables(others: readonly string[] = []): void {
    const { env, envPrefix } = this.#sources;
    const known = this.#sections.flatMap(({ path, settings }) =>
      Object.values(settings).map(({ key }) => variableName(envPrefix, [...path, key]))
    ).concat(others);
    for (const name of Object.keys(env).sort()) {
      if (name.startsWith(`${envPrefix}_`) && !known.includes(name)) {
        this.#problems.addUnknownVariable(name, known);
      }
    }
  }

  /** The environment before the flag, so that the flag has the last word. */
  #textsFor(path: readonly string[]): { source: string; text: string }[] {
    const { env, envPrefix, flags, flagSpecs } = this.#sources;
    const variable = variableName(envPrefix, path);
    const key = dottedKey(path);
    const spec = flagSpecs.find(({ sets }) => sets === key);
    const given = spec && flags[spec.name];
    // An on/off flag that is not there says nothing.
    const flagText = given === true ? "true" : given;
    return [
      // An empty variable is an unset one: that is what container files make of a variable that nobody set.
      ...env[variable] ? [{ source: variable, text: env[variable] }] : [],
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

/** A positional argument has its name in capitals and is shown as it is. */
function flagLabel({ name }: FlagSpec): string {
  return name === name.toUpperCase() ? name : `--${name}`;
}

/** RANKSERVER_LIMITS_LINE_BYTES */
export function variableName(envPrefix: string, path: readonly string[]): string {
  return [envPrefix, ...path].join("_").toUpperCase();
}
