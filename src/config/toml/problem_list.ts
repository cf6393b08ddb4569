// Collects the problems of a configuration while it is read, so that all of them are reported together. Adds the place of
// each key in the file, and at the end a suggestion for each misspelt name.

import { ConfigError, type ConfigProblem, dottedKey, type KeyPath, renderProblem } from "./config_error.ts";
import { findNearestName } from "../../spelling/mod.ts";
import type { TomlLocator } from "./toml_nodes.ts";

/** An unknown name, and the names that may have been meant. */
interface Misspelling {
  readonly written: string;
  readonly known: readonly string[];
  /** How the hint shows a known name. */
  readonly show: (name: string) => string;
}

export class ProblemList {
  readonly #found: { readonly problem: ConfigProblem; readonly misspelling?: Misspelling }[] = [];
  readonly #warnings: ConfigProblem[] = [];
  readonly #file: string | undefined;
  #locator: TomlLocator | undefined;

  /** `file`: the path of the configuration file, if there is one. */
  constructor(file: string | undefined) {
    this.#file = file;
  }

  /** Keys that are added from now on have the places that `locator` finds. */
  locateWith(locator: TomlLocator): void {
    this.#locator = locator;
  }

  get count(): number {
    return this.#found.length;
  }

  /** About a key of the file; `reason` is read after the key's name. */
  addKey(path: KeyPath, reason: string, hint?: string): void {
    const message = `${quoteKey(path)} ${reason}`;
    this.#found.push({ problem: { ...this.#placeOf(path), key: dottedKey(path), message, hint } });
  }

  /** About a key that is valid and yet may not mean what it says; it does not count as a problem. */
  warnKey(path: KeyPath, reason: string): void {
    const message = `${quoteKey(path)} ${reason}`;
    this.#warnings.push({ ...this.#placeOf(path), key: dottedKey(path), message });
  }

  /** About a name outside the file, which does not count as a problem either. */
  warnOutside(key: string, message: string): void {
    this.#warnings.push({ key, message });
  }

  /** One line each, in the order of the file. */
  get warnings(): readonly string[] {
    return this.#warnings.toSorted(byPlace).map(renderProblem);
  }

  /** About keys that contradict each other; the file is named only if it sets this one, which may be a default. */
  addCombination(path: KeyPath, reason: string, hint: string): void {
    if (this.#locator?.has(path)) this.addKey(path, reason, hint);
    else this.addOutside(dottedKey(path), `${quoteKey(path)} ${reason}`, hint);
  }

  /** `hint` says where the key belongs; without it, the nearest of the `known` keys of the table is suggested. */
  addUnknownKey(path: KeyPath, known: readonly string[], hint?: string): void {
    const message = `unknown key ${quoteKey(path)}`;
    const problem = { ...this.#placeOf(path), key: dottedKey(path), message, hint };
    const show = (name: string) => quoteKey([...path.slice(0, -1), name]);
    this.#found.push({ problem, misspelling: { written: String(path.at(-1)), known, show } });
  }

  /** The file is not valid TOML. */
  addSyntaxError(
    message: string,
    place: { readonly line: number; readonly column: number } | undefined,
    hint?: string,
  ): void {
    this.#found.push({ problem: { file: this.#file, ...place, key: "", message, hint } });
  }

  /** About a name outside the file: an environment variable, a flag, or a key that has its default. */
  addOutside(key: string, message: string, hint?: string): void {
    this.#found.push({ problem: { key, message, hint } });
  }

  addUnknownVariable(name: string, known: readonly string[], hint?: string): void {
    const problem = { key: name, message: `unknown environment variable ${name}`, hint };
    this.#found.push({ problem, misspelling: { written: name, known, show: (name) => name } });
  }

  /** @throws {ConfigError} with all problems, those of the file in the order of the file. */
  throwIfAny(): void {
    if (this.#found.length === 0) return;
    const problems: ConfigProblem[] = [];
    for (const { problem, misspelling } of this.#found) {
      const nearest = misspelling && !problem.hint && findNearestName(misspelling.written, misspelling.known);
      problems.push(nearest ? { ...problem, hint: `did you mean ${misspelling.show(nearest)}?` } : problem);
    }
    throw new ConfigError(problems.toSorted(byPlace));
  }

  #placeOf(path: KeyPath): Pick<ConfigProblem, "file" | "line" | "column"> {
    return { file: this.#file, ...this.#locator?.locate(path) };
  }
}

function quoteKey(path: KeyPath): string {
  const key = dottedKey(path);
  return key.includes('"') ? key : `"${key}"`;
}

/** Problems without a place come last, in the order in which they were found. */
function byPlace(a: ConfigProblem, b: ConfigProblem): number {
  const { line: lineA = Number.MAX_SAFE_INTEGER, column: columnA = 0 } = a;
  const { line: lineB = Number.MAX_SAFE_INTEGER, column: columnB = 0 } = b;
  return lineA - lineB || columnA - columnB;
}
