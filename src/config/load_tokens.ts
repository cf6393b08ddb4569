// Reads the text of the tokens file: which clients are admitted, and what each may do. It is validated like the
// configuration.

import { type ConfigFile, mergeValues, readDocument, readTable } from "./reader/mod.ts";
import { isTable, ProblemList } from "./toml/mod.ts";
import { MAX_TOKENS, TOKEN_NAME, TOKEN_NAME_FORM, TOKEN_SETTINGS } from "./keys/mod.ts";

/** A table [tokens.NAME]. */
export interface TokenEntry {
  readonly name: string;
  /** Of the token's text in UTF-8, as 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** The commands that it may send; `undefined`: all. */
  readonly issue: readonly string[] | undefined;
  readonly execute: boolean;
  readonly watch: boolean;
  readonly evict: boolean;
}

const PATH = ["tokens"] as const;

/** @throws {ConfigError} with all problems, if there are any */
export async function loadTokens(file: ConfigFile): Promise<readonly TokenEntry[]> {
  const problems = new ProblemList(file.path);
  const { tokens, ...others } = await readDocument(file, problems);
  for (const key of Object.keys(others)) problems.addUnknownKey([key], PATH);
  const entries = readEntries(tokens, problems);
  problems.throwIfAny();
  return Object.freeze(entries);
}

function readEntries(tokens: unknown, problems: ProblemList): TokenEntry[] {
  if (tokens === undefined) return [];
  if (!isTable(tokens)) {
    problems.addKey(PATH, "must be tables such as [tokens.web-3]");
    return [];
  }
  const all = Object.entries(tokens);
  if (all.length > MAX_TOKENS) problems.addKey(PATH, `must have at most ${MAX_TOKENS} tokens`);
  const entries: TokenEntry[] = [];
  /** Names by hash: a token with two names would have the rights of the first one. */
  const names = new Map<string, string>();
  for (const [name, table] of all) {
    const path = [...PATH, name];
    if (!TOKEN_NAME.test(name)) problems.addKey(path, `is not a token's name (${TOKEN_NAME_FORM})`);
    const before = problems.count;
    const { sha256, ...rights } = mergeValues(
      TOKEN_SETTINGS,
      readTable(TOKEN_SETTINGS, table, path, problems),
    );
    if (sha256 === undefined) {
      if (problems.count === before) problems.addKey(path, `has no "sha256"`);
      continue;
    }
    const other = names.get(sha256);
    if (other !== undefined) problems.addKey([...path, "sha256"], `is that of "tokens.${other}" too`);
    names.set(sha256, name);
    entries.push(Object.freeze({ name, sha256, ...rights }));
  }
  return entries;
}
