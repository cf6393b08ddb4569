// What the manual pages have in common: head, synopsis, flags, exit codes, examples.

import type { HelpPage } from "../../../src/cli/shared/render_help.ts";
import type { FlagSpec, ListedSetting } from "../../../src/config/reader/mod.ts";
import type { Setting } from "../../../src/config/reader/setting.ts";
import { argument, code, type Item, type Mdoc, prose, tagList } from "./mdoc.ts";

/** A manual page is named by its title and its section. */
export interface PageHead {
  readonly title: string;
  readonly section: 1 | 5;
  readonly names: readonly string[];
  /** What it is, without a period. */
  readonly description: string;
  readonly date: Date;
}

export function headLines({ title, section, names, description, date }: PageHead): string[] {
  const day = date.toLocaleDateString("en-US", { dateStyle: "long", timeZone: "UTC" });
  return [
    `.Dd ${day}`,
    `.Dt ${title.toUpperCase()} ${section}`,
    ".Os",
    ".Sh NAME",
    ...names.map((name, at) => at < names.length - 1 ? `.Nm ${name} ,` : `.Nm ${name}`),
    `.Nd ${description}`,
  ];
}

/** The words of a command line after the program's name: flags, placeholders in capitals, parts that may be absent. */
export function lineMacros(words: string): string {
  return (words.match(/\[[^\]]*\](?=\s|$)|\S+/g) ?? []).map((word) => {
    const inner = /^\[(.*)\]$/.exec(word)?.[1];
    return inner === undefined ? wordMacros(word) : `Oo ${inner.split(" ").map(wordMacros).join(" ")} Oc`;
  }).join(" ");
}

function wordMacros(word: string): string {
  if (word === "--") return "Fl \\-";
  if (word.startsWith("--")) return `Fl \\-${argument(word.slice(2))}`;
  if (/^[^a-z]*[A-Z]/.test(word)) return `Ar ${argument(word)}`;
  return `Cm ${argument(word)}`;
}

/** One line for each usage of a page. */
export function synopsisLines({ usage }: HelpPage): string[] {
  return usage.flatMap(([line]) => {
    const [, ...words] = line.split(" ");
    return [".Nm", ...(words.length === 0 ? [] : [`.${lineMacros(words.join(" "))}`])];
  });
}

export function usageList({ usage }: HelpPage, program: string): string[] {
  return tagList(usage.map(([line, meaning]): Item => ({
    head: `Nm ${lineMacros(line.slice(program.length + 1))}`.trimEnd(),
    body: prose(sentence(meaning)),
  })));
}

export function flagList(flags: readonly FlagSpec[], settings: readonly ListedSetting[]): string[] {
  return tagList(flags.map(({ name, alias, value, help, sets }): Item => {
    const listed = settings.find(({ key }) => key === sets);
    const short = alias === undefined ? "" : `Fl ${alias} , `;
    return {
      head: `${short}Fl \\-${name}${value === undefined ? "" : ` Ar ${argument(value)}`}`,
      body: [...prose(help), ...(listed === undefined ? [] : sourceLines(listed))],
    };
  }));
}

function sourceLines({ key, variable, setting }: ListedSetting): string[] {
  const initial = defaultText(setting);
  return [
    "It sets the key",
    `.Va ${key}`,
    "and overrides the variable",
    `.Ev ${variable}${initial === undefined ? " ." : ""}`,
    ...(initial === undefined ? [] : [`(default: ${initial}).`]),
  ];
}

/** The default of a key as a file has it; `undefined` without one. */
export function defaultText({ kind, default: initial }: Setting): string | undefined {
  if (initial === undefined || initial === "") return undefined;
  if (kind === "texts") return `[${(initial as readonly string[]).map((text) => `"${text}"`).join(", ")}]`;
  return kind === "integer" || kind === "boolean" ? String(initial) : `"${initial}"`;
}

export function exitList({ exitCodes }: HelpPage): string[] {
  return tagList(exitCodes.map(([code, meaning]): Item => ({
    head: String(code),
    body: prose(sentence(meaning)),
  })));
}

export function exampleLines({ examples }: HelpPage): string[] {
  return examples.flatMap(([line, meaning], at) => [
    ...(at === 0 ? [] : [".Pp"]),
    ...prose(`${sentence(meaning).slice(0, -1)}:`),
    ".Pp",
    `.Dl ${code(line)}`,
  ]);
}

export function seeAlso(pages: readonly (readonly [name: string, section: number])[]): Mdoc {
  return [
    ".Sh SEE ALSO",
    ...pages.map(([name, section], at) => `.Xr ${name} ${section}${at < pages.length - 1 ? " ," : ""}`),
  ];
}

/** A part of a sentence as a whole one. */
export function sentence(part: string): string {
  return `${part.charAt(0).toUpperCase()}${part.slice(1).replace(/\.$/, "")}.`;
}
