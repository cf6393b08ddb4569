// Collects what is wrong with a configuration while it is read, so that all of it is reported at once: finds the place
// of a key in the file, and in the end the known name that a misspelt one probably was.

import { ConfigError, type ConfigProblem, dottedKey, type KeyPath } from "./config_error.ts";
import { findNearestName } from "./nearest_name.ts";
import type { TomlLocator } from "./toml_locator.ts";

/** A name that is not known, and those that could have been meant. */
interface Misspelling {
  readonly written: string;
  readonly known: readonly string[];
  /** The known name as the hint shows it. */
  readonly show: (name: string) => string;
}

export class ProblemList {
  readonly #found: { readonly problem: ConfigProblem; readonly misspelling?: Misspelling }[] = [];
  readonly #file: string | undefined;
  #locator: TomlLocator | undefined;

  /** `file`: the path of the configuration file, if there is one. */
  constructor(file: string | undefined) {
    this.#file = file;
  }

  /** Keys reported from now on get the places that `locator` knows. */
  locateWith(locator: TomlLocator): void {
    this.#locator = locator;
  }

  get count(): number {
    return this.#found.length;
  }

  /** About a key of the file; `reason` is read after the key's name. */
  addKey(path: KeyPath, reason: string, hint?: string): void {
    const message = `${quoteKey(path)} ${reason}`;
    this.#found.push({
      problem: { ...this.#placeOf(path), key: dottedKey(path), message, ...optional(hint) },
    });
  }

  /** About keys that do not go together; the file is named only if it has this one, which may be a default. */
  addCombination(path: KeyPath, reason: string, hint: string): void {
    if (this.#locator?.has(path)) this.addKey(path, reason, hint);
    else this.addOutside(dottedKey(path), `${quoteKey(path)} ${reason}`, hint);
  }

  /** `hint` says where the key belongs; without one, the nearest of the `known` keys of that table is suggested. */
  addUnknownKey(path: KeyPath, known: readonly string[], hint?: string): void {
    const key = dottedKey(path);
    const problem = {
      ...this.#placeOf(path),
      key,
      message: `unknown key ${quoteKey(path)}`,
      ...optional(hint),
    };
    const show = (name: string) => quoteKey([...path.slice(0, -1), name]);
    this.#found.push({ problem, misspelling: { written: String(path.at(-1)), known, show } });
  }

  /** The file is not TOML at all. */
  addSyntaxError(
    message: string,
    place: { readonly line: number; readonly column: number } | undefined,
  ): void {
    this.#found.push({ problem: { ...this.#inFile(), ...place, key: "", message } });
  }

  /** About a name that is in no file: an environment variable, a flag, or a value that only a default explains. */
  addOutside(key: string, message: string, hint?: string): void {
    this.#found.push({ problem: { key, message, ...optional(hint) } });
  }

  addUnknownVariable(name: string, known: readonly string[]): void {
    const problem = { key: name, message: `unknown environment variable ${name}` };
    this.#found.push({ problem, misspelling: { written: name, known, show: (name) => name } });
  }

  /** @throws {ConfigError} with every problem, those of the file in its order. */
  async throwIfAny(): Promise<void> {
    if (this.#found.length === 0) return;
    const problems: ConfigProblem[] = [];
    for (const { problem, misspelling } of this.#found) {
      const nearest = misspelling && !problem.hint &&
        await findNearestName(misspelling.written, misspelling.known);
      problems.push(nearest ? { ...problem, hint: `did you mean ${misspelling.show(nearest)}?` } : problem);
    }
    throw new ConfigError(problems.toSorted(byPlace));
  }

  #placeOf(path: KeyPath): Pick<ConfigProblem, "file" | "line" | "column"> {
    return { ...this.#inFile(), ...this.#locator?.locate(path) };
  }

  #inFile(): Pick<ConfigProblem, "file"> {
    return this.#file === undefined ? {} : { file: this.#file };
  }
}

function optional(hint: string | undefined): Pick<ConfigProblem, "hint"> {
  return hint === undefined ? {} : { hint };
}

function quoteKey(path: KeyPath): string {
  const key = dottedKey(path);
  return key.includes('"') ? key : `"${key}"`;
}

/** What has no place comes last, in the order in which it was found. */
function byPlace(a: ConfigProblem, b: ConfigProblem): number {
  const { line: lineA = Number.MAX_SAFE_INTEGER, column: columnA = 0 } = a;
  const { line: lineB = Number.MAX_SAFE_INTEGER, column: columnB = 0 } = b;
  return lineA - lineB || columnA - columnB;
}
