// `@std/cli`'s `parseArgs` over the runtime's own, which cuts words into tokens and leaves it open what they mean. What
// nobody here asks of the original is left out: numbers, defaults, `collect`, `negatable`, `stopEarly`, a list of its
// own for what follows "--", and values of undeclared options that stand apart from them.

import { parseArgs as cutIntoTokens } from "node:util";

/** What the command line said: the options by name, and in `_` the rest. */
export type Args<B extends string = never, S extends string = never> =
  & Record<string, unknown>
  & { [K in B]: boolean }
  & { [K in Exclude<S, "_">]?: string }
  & { _: (string | number)[] };

/** How to read the command line. */
export interface ParseOptions<B extends string = string, S extends string = string> {
  /** Options that take no value; false where absent. */
  boolean?: readonly B[];
  /** Options that take one. With "_" in it, what is no option stays text in the original as well. */
  string?: readonly S[];
  /** Further names of an option. */
  alias?: Readonly<Record<string, string | readonly string[]>>;
  /** Told of every undeclared option (`key` is its name), and of every word that is none; false leaves it out. */
  unknown?: (arg: string, key?: string) => unknown;
}

/** Sort the words of a command line into options and the rest; what follows "--" is never read as an option. */
export function parseArgs<B extends string = never, S extends string = never>(
  args: string[],
  options: ParseOptions<B, S> = {},
): Args<B, S> {
  const { boolean = [], string = [], alias = {}, unknown } = options;
  const families = Object.entries(alias).map(([name, others]) => [name, others].flat());
  const familyOf = (name: string) => families.find((family) => family.includes(name)) ?? [name];
  const switches = new Set(boolean.flatMap(familyOf));
  const texts = new Set(string.filter((name) => name !== "_").flatMap(familyOf));

  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const [words, rest] = [args.slice(0, end), args.slice(end + 1)];
  const found = new Map<string, unknown>([...switches].map((name) => [name, false]));
  const positional: string[] = [];
  for (const token of tokensOf(words, switches, texts)) {
    if (token.kind === "positional") {
      if (unknown?.(token.value) !== false) positional.push(token.value);
    } else if (token.kind === "option") {
      const { name, value } = token;
      const isDeclared = switches.has(name) || texts.has(name);
      if (!isDeclared && unknown?.(words[token.index]!, name) === false) continue;
      const meant = texts.has(name) ? value ?? "" : switches.has(name) ? value !== "false" : value ?? true;
      for (const each of familyOf(name)) found.set(each, meant);
    }
  }
  return { ...Object.fromEntries(found), _: [...positional, ...rest] } as Args<B, S>;
}

function tokensOf(words: readonly string[], switches: ReadonlySet<string>, texts: ReadonlySet<string>) {
  const declare = (type: "boolean" | "string") => (name: string) =>
    [name, name.length === 1 ? { type, short: name } : { type }] as const;
  return cutIntoTokens({
    args: words.map((word, i) => lacksValue(word, words[i + 1], texts) ? `--${bareName(word)}=` : word),
    options: Object.fromEntries([
      ...[...switches].map(declare("boolean")),
      ...[...texts].map(declare("string")),
    ]),
    allowPositionals: true,
    strict: false,
    tokens: true,
  }).tokens;
}

/** The runtime would take the next word for the value: in the original, such a value is empty. */
function lacksValue(word: string, next: string | undefined, texts: ReadonlySet<string>): boolean {
  if (!texts.has(bareName(word) ?? "")) return false;
  return !next || (word.startsWith("--") ? next.startsWith("-") : /^--?[^-]/.test(next));
}

/** "port" for "--port", "p" for "-p"; undefined for everything else. */
function bareName(word: string): string | undefined {
  return /^(?:--(?=..)|-(?=.$))(.+)$/s.exec(word)?.[1];
}
