// What a shell can complete of a program: its flags, its commands, and the values of both as far as they are known.

import type { FlagSpec, ListedSetting } from "../../../config/reader/mod.ts";

/** What may follow: a path, a host, a program, a command of a running server, one of these words, or any text. */
export type Values = "file" | "host" | "program" | "server commands" | "any" | readonly string[];

export interface CompletedFlag {
  /** With its dashes. */
  readonly name: string;
  /** With its dash. */
  readonly alias?: string | undefined;
  /** The placeholder of its value; absent: it takes none. */
  readonly value?: string | undefined;
  readonly values: Values;
  readonly help: string;
}

export interface CompletedCommand {
  readonly name: string;
  readonly help: string;
  readonly flags: readonly CompletedFlag[];
  /** Its arguments. */
  readonly words: Values;
}

export interface CompletedProgram {
  readonly name: string;
  readonly flags: readonly CompletedFlag[];
  /** What the first argument may be, with arguments of its own. */
  readonly commands: readonly CompletedCommand[];
  /** What else it may be. */
  readonly words: Values;
  /** What may follow `--via PATH`; empty: there is no such flag. */
  readonly requests: readonly CompletedCommand[];
}

export function completedFlags(
  flags: readonly FlagSpec[],
  settings: readonly ListedSetting[] = [],
): CompletedFlag[] {
  return flags.map((spec) => ({
    name: `--${spec.name}`,
    alias: spec.alias === undefined ? undefined : `-${spec.alias}`,
    value: spec.value,
    values: valuesOf(spec, settings),
    help: shortHelp(spec.help),
  }));
}

/** The first part of a sentence, without its period: shells show it in one line. */
export function shortHelp(help: string): string {
  return help.replace(/(?<!^With [^:;]*)[:;.] .*$/s, "").replace(/\.$/, "");
}

function valuesOf({ value, sets }: FlagSpec, settings: readonly ListedSetting[]): Values {
  const setting = settings.find(({ key }) => key === sets)?.setting;
  if (setting?.kind === "choice") return setting.choices;
  switch (value) {
    case "FILE":
    case "PATH":
      return "file";
    case "HOST":
      return "host";
    case "HOOK":
      return "program";
    default:
      return "any";
  }
}
