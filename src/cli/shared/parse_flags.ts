// Parses a command line by a list of flags. Anything unexpected is refused with a message.

import { parseArgs } from "@std/cli/parse-args";
import { show } from "../../config/toml/mod.ts";
import { findNearestName } from "../../spelling/mod.ts";
import type { FlagSpec, FlagValues } from "../../config/reader/mod.ts";

export type ParsedFlags<Specs extends readonly FlagSpec[]> =
  | {
    readonly ok: true;
    readonly values: FlagValues<Specs>;
    readonly positionals: readonly string[];
    /** The words after the first "--", unparsed; with `stopEarly`, "--" ends the flags only before the first other word. */
    readonly afterDashes: readonly string[];
  }
  | { readonly ok: false; readonly message: string };

/**
 * With `stopEarly`, flags end at the first word that is not one: the rest belongs to another program. If a flag is given
 * twice, the last value counts.
 */
export function parseFlags<const Specs extends readonly FlagSpec[]>(
  specs: Specs,
  args: readonly string[],
  { stopEarly = false }: { readonly stopEarly?: boolean } = {},
): ParsedFlags<Specs> {
  const end = endOfFlags(specs, args, stopEarly);
  const [words, rest] = [args.slice(0, end), args.slice(end)];
  const misused = findMisuse(specs, words);
  if (misused !== undefined) return { ok: false, message: misused };

  const parsed = parseArgs(joinStdin(specs, words), {
    string: [...specs.filter(takesValue).map((spec) => spec.name), "_"],
    boolean: specs.filter((spec) => !takesValue(spec)).map((spec) => spec.name),
    alias: Object.fromEntries(specs.flatMap(({ name, alias }) => alias === undefined ? [] : [[name, alias]])),
  });
  const values = Object.fromEntries(specs.map(({ name, value }) => {
    const given = parsed[name];
    return [name, value === undefined ? given === true : given];
  }));
  const isEndedByDashes = rest[0] === "--";
  return {
    ok: true,
    values: values as FlagValues<Specs>,
    positionals: [...parsed._.map(String), ...(isEndedByDashes ? [] : rest)],
    afterDashes: isEndedByDashes ? rest.slice(1) : [],
  };
}

/** The index of "--" or, with `stopEarly`, of the first word that is neither a flag nor the value of one. */
function endOfFlags(specs: readonly FlagSpec[], args: readonly string[], stopEarly: boolean): number {
  for (const [index, word] of args.entries()) {
    if (word === "--") return index;
    const before = specs.find((spec) => `--${spec.name}` === args[index - 1]);
    const isValue = before !== undefined && takesValue(before);
    if (stopEarly && !/^-./.test(word) && !isValue) return index;
  }
  return args.length;
}

/**
 * Checks the words before they are parsed: `--port=`, `--check=yes` and `-h5` could not be recognized as mistakes
 * afterwards, and releases of `parseArgs` differ in them. No value begins with a dash, except "-" for standard input, so each
 * word that does is a flag, or "-" alone.
 */
function findMisuse(specs: readonly FlagSpec[], args: readonly string[]): string | undefined {
  for (const [index, word] of args.entries()) {
    const [, dashes, name, joined] = /^(--?)([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (dashes === undefined) continue;
    const spec = specs.find((spec) => (dashes === "--" ? spec.name : spec.alias) === name);
    if (!spec) return describeUnknown(word, specs);
    // "true" or "false" after an on/off flag would also be parsed as its value.
    const next = args[index + 1] ?? "";
    const value = joined ?? /^(?:true|false)$/.exec(next)?.[0];
    if (!takesValue(spec) && value !== undefined) {
      return `${dashes}${name} takes no value, got ${show(value)}`;
    }
    if (takesValue(spec) && (joined ?? next) === "") return needsValue(spec);
    const isStdin = spec.mayBeStdin === true && next === "-";
    if (takesValue(spec) && joined === undefined && next.startsWith("-") && !isStdin) return needsValue(spec);
  }
  return undefined;
}

/** `--config -` as `--config=-`: releases of `parseArgs` differ in the first form. */
function joinStdin(specs: readonly FlagSpec[], words: readonly string[]): string[] {
  const takesStdin = (word: string | undefined) =>
    specs.some(({ name, mayBeStdin }) => mayBeStdin === true && word === `--${name}`);
  return words.flatMap((word, index) => {
    if (word === "-" && takesStdin(words[index - 1])) return [];
    return [takesStdin(word) && words[index + 1] === "-" ? `${word}=-` : word];
  });
}

function describeUnknown(word: string, specs: readonly FlagSpec[]): string {
  const written = word.replace(/=.*$/s, "");
  const nearest = findNearestName(written, specs.map((spec) => `--${spec.name}`));
  const hint = nearest === undefined ? "--help lists them all" : `did you mean ${nearest}?`;
  return `Unknown flag ${show(written)}; ${hint}`;
}

function needsValue(spec: FlagSpec): string {
  return `--${spec.name} needs a value: --${spec.name} ${spec.value}`;
}

function takesValue(spec: FlagSpec): boolean {
  return spec.value !== undefined;
}
