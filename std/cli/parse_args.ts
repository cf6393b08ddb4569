// `@std/cli`'s `parseArgs` over minimist, from which the original descends. What they do differently is evened
// out here: a repeated option keeps its last value unless it is to be collected, and `--no-x` switches x off
// only where x is `negatable`; elsewhere it is an option with the name "no-x".

import minimist from "minimist";

/** What the command line said: the options by name, and in `_` the rest. */
export type Args<
  B extends string = never,
  S extends string = never,
  C extends string = never,
  N extends string = never,
  D extends Record<string, unknown> = Record<never, never>,
> =
  & Record<string, unknown>
  & { [K in Exclude<B, C | keyof D>]: boolean }
  & { [K in Exclude<S, C | "_" | keyof D>]?: K extends N ? string | false : string }
  & { [K in Extract<C, S>]: K extends N ? string[] | false : string[] }
  & { [K in keyof D]: K extends B ? D[K] | boolean : K extends S ? D[K] | string : unknown }
  & { _: (string | number)[]; "--"?: string[] };

type Aliases = Readonly<Record<string, string | readonly string[]>>;

/** How to read the command line. */
export interface ParseOptions<
  B extends string = string,
  S extends string = string,
  C extends string = string,
  N extends string = string,
  D extends Record<string, unknown> = Record<string, unknown>,
> {
  /** Options that take no value; false where absent. */
  boolean?: readonly B[];
  /** Options whose value stays text even where it looks like a number; "_" for what is no option. */
  string?: readonly S[];
  /** The `string` options that may be repeated: an array of all values, empty where absent. */
  collect?: readonly C[];
  /** Options that `--no-NAME` sets to false. */
  negatable?: readonly N[];
  /** Values of absent options. */
  default?: D;
  /** Further names of an option. */
  alias?: Aliases;
  /** Put what follows "--" in `"--"` and not in `_`. */
  "--"?: boolean;
  /** Put all that follows the first word that is no option in `_`, unread. */
  stopEarly?: boolean;
  /** Told of every undeclared option (`key` is its name), and of every word that is none; false leaves it out. */
  unknown?: (arg: string, key?: string) => unknown;
}

/** Sort the words of a command line into options and the rest; what follows "--" is never read as an option. */
export function parseArgs<
  B extends string = never,
  S extends string = never,
  C extends string = never,
  N extends string = never,
  D extends Record<string, unknown> = Record<never, never>,
>(args: string[], options: ParseOptions<B, S, C, N, D> = {}): Args<B, S, C, N, D> {
  const { boolean = [], string = [], collect = [], negatable = [], alias = {}, unknown } = options;
  const defaults: Record<string, unknown> = options.default ?? {};
  const declared = withAliases([...boolean, ...string, ...Object.keys(alias)], alias);
  const negations = new Set([...withAliases(negatable, alias)].map((name) => `--no-${name}`));

  const parsed = minimist(args.map((arg) => negations.has(arg) ? arg : hideNo(arg)), {
    boolean: boolean.map(hideNo),
    string: string.map(hideNo),
    alias: mapEntries(alias, (name, others) => [hideNo(name), [others].flat().map(hideNo)]),
    default: mapEntries(defaults, (name, value) => [hideNo(name), value]),
    stopEarly: options.stopEarly ?? false,
    "--": options["--"] ?? false,
    ...(unknown && {
      unknown: (arg: string) => unknown(showNo(arg), undeclaredName(showNo(arg), declared)) !== false,
    }),
  });

  const { _: words, "--": rest, ...found } = parsed;
  const collected = withAliases(collect, alias);
  const values = mapEntries(found, (hiddenName, value) => {
    const name = showNo(hiddenName);
    if (value === defaults[name] || value === false) return [name, value];
    if (collected.has(name)) return [name, [value].flat()];
    return [name, Array.isArray(value) ? value.at(-1) : value];
  });
  const empty = [...withAliases(string, alias)].filter((name) => collected.has(name)).map((
    name,
  ) => [name, []]);
  const positional = { _: words.map(showNo), ...(rest && { "--": rest.map(showNo) }) };
  return { ...Object.fromEntries(empty), ...values, ...positional } as Args<B, S, C, N, D>;
}

/** minimist negates any option, so "no-" is hidden from it wherever it is a part of the name. */
function hideNo(word: string): string {
  return word.replace(/^(-*)no-/, "$1\0no-"); // no argument of a program can have a NUL of its own
}

function showNo<T>(word: T): T | string {
  return typeof word === "string" ? word.replace("\0no-", "no-") : word;
}

function withAliases(names: readonly string[], alias: Aliases): Set<string> {
  const families = Object.entries(alias).map(([name, others]) => [name, others].flat());
  return new Set(names.flatMap((name) => families.find((family) => family.includes(name)) ?? name));
}

function mapEntries<From, To>(
  record: Readonly<Record<string, From>>,
  change: (name: string, value: From) => [string, To],
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => change(name, value)));
}

/** The option that `arg` spells ("x" in "-vx" when v is declared), or undefined when it is no option. */
function undeclaredName(arg: string, declared: ReadonlySet<string>): string | undefined {
  const long = /^--([^=]+)/.exec(arg);
  if (long) return long[1];
  const letters = /^-([^-=]+)/.exec(arg)?.[1];
  return letters && ([...letters].find((letter) => !declared.has(letter)) ?? letters);
}
