// The error for an invalid configuration: all of its problems, each with its place.

import { show } from "./toml_value.ts";

export interface ConfigProblem {
  readonly file?: string | undefined;
  /** Counts from 1; absent when the place is not known. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** The dotted key of the file, the environment variable, or the flag. */
  readonly key: string;
  /** A sentence that names the key. */
  readonly message: string;
  /** What to write instead. */
  readonly hint?: string | undefined;
}

/** Thrown by the loaders; `message` has one line for each problem. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(renderProblem).join("\n"));
    this.problems = problems;
  }
}

/** `server.toml:4:1: unknown key "max_client"; did you mean "max_clients"?` */
export function renderProblem(problem: ConfigProblem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(":");
  const hint = problem.hint === undefined ? "" : `; ${problem.hint}`;
  return `${place === "" ? "" : `${place}: `}${problem.message}${hint}`;
}

/** A path into a parsed file; numbers are indexes of lists, from 0. */
export type KeyPath = readonly (string | number)[];

/** `commands.restart.args[0].one_of` */
export function dottedKey(path: KeyPath): string {
  return path.map((part, index) => {
    if (typeof part === "number") return `[${part}]`;
    const key = /^[A-Za-z0-9_-]+$/.test(part) ? part : show(part);
    return index === 0 ? key : `.${key}`;
  }).join("");
}
