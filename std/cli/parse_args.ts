// `@std/cli`'s `parseArgs`, as far as it is used here: numbers, defaults, `collect`, `negatable`, `stopEarly`, a list of
// its own for what follows "--", and values of undeclared options that stand apart from them are left out. The runtime's
// own, in `node:util`, takes 6 ms to load.

/** The parsed command line: options by name, and all other arguments in `_`. */
export type Args<B extends string = never, S extends string = never> =
  & Record<string, unknown>
  & { [K in B]: boolean }
  & { [K in Exclude<S, "_">]?: string }
  & { _: (string | number)[] };

/** How to read the command line. */
export interface ParseOptions<B extends string = string, S extends string = string> {
  /** Options that take no value; false where absent. */
  boolean?: readonly B[];
  /** Options that take a value. "_" makes the original keep all other arguments as text, too. */
  string?: readonly S[];
  /** Further names of an option. */
  alias?: Readonly<Record<string, string | readonly string[]>>;
  /** Called for every undeclared option (`key` is its name) and every other argument; false leaves it out. */
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
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    const option = readOption(word);
    if (option === undefined) {
      if (unknown?.(word) !== false) positional.push(word);
      continue;
    }
    for (const { name, value } of splitLetters(option, texts)) {
      const isDeclared = switches.has(name) || texts.has(name);
      if (!isDeclared && unknown?.(word, name) === false) continue;
      const next = words[index + 1];
      const takesNext = texts.has(name) && value === undefined && mayBeValue(next, option.isShort);
      if (takesNext) index++;
      const given = takesNext ? next : value;
      const meant = texts.has(name) ? given ?? "" : switches.has(name) ? given !== "false" : given ?? true;
      for (const each of familyOf(name)) found.set(each, meant);
    }
  }
  return { ...Object.fromEntries(found), _: [...positional, ...rest] } as Args<B, S>;
}

interface Option {
  readonly name: string;
  readonly value: string | undefined;
  /** Behind one dash, where several letters are several options. */
  readonly isShort: boolean;
}

/** `undefined` for a word that is no option. */
function readOption(word: string): Option | undefined {
  const [, dashes, name, value] = /^(--?)([^-=][^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  return name === undefined ? undefined : { name, value, isShort: dashes === "-" };
}

/** Whether a word is the value of the option before it, by the original's two rules. */
function mayBeValue(word: string | undefined, isShort: boolean): word is string {
  if (word === undefined || word === "") return false;
  return isShort ? !/^--?[^-]/.test(word) : !word.startsWith("-");
}

/** "-ab" is "-a" and "-b", unless "a" takes a value: then it is "b". */
function* splitLetters(
  { name, value, isShort }: Option,
  texts: ReadonlySet<string>,
): Generator<Omit<Option, "isShort">> {
  if (!isShort) return yield { name, value };
  for (let i = 0; i < name.length; i++) {
    const letter = name[i]!;
    const rest = name.slice(i + 1);
    if (texts.has(letter) && rest !== "") return yield { name: letter, value: rest };
    yield { name: letter, value: rest === "" ? value : undefined };
  }
}
