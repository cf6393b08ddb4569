// The former key `session.store`, which still works and means `journal.file`.

import type { Section } from "../reader/mod.ts";
import { isTable, type ProblemList, type TomlTable } from "../toml/mod.ts";
import { formerPath } from "./builders.ts";
import { type JournalSettings, SERVER_ENV_PREFIX, SESSION_SETTINGS } from "./server_keys.ts";

/** The table [session] with the keys that a file may have in it. */
export const SESSION_AS_WRITTEN = {
  path: ["session"],
  settings: { ...SESSION_SETTINGS, store: formerPath("store") },
} as const satisfies Section;

export const FORMER_STORE_VARIABLE = `${SERVER_ENV_PREFIX}_SESSION_STORE`;
const FILE_VARIABLE = `${SERVER_ENV_PREFIX}_JOURNAL_FILE`;

interface Sources {
  readonly document: TomlTable;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Reports the former names that are used.
 *
 * @param store the value of `session.store`; `undefined`: it is not set.
 */
export function replaceFormerStore(
  journal: JournalSettings,
  store: string | undefined,
  { document, env }: Sources,
  problems: ProblemList,
): JournalSettings {
  if (store === undefined) return journal;
  const isInFile = isTable(document.session) && "store" in document.session;
  const isVariable = Boolean(env[FORMER_STORE_VARIABLE]);
  if (journal.file !== "") {
    const reason = 'is set as well as "journal.file", which replaces it';
    if (isInFile) problems.addKey(["session", "store"], reason, 'remove "session.store"');
    if (isVariable) {
      const message = `${FORMER_STORE_VARIABLE} ${reason}`;
      problems.addOutside(FORMER_STORE_VARIABLE, message, `remove ${FORMER_STORE_VARIABLE}`);
    }
    return journal;
  }
  if (isInFile) problems.warnKey(["session", "store"], 'is deprecated; use "journal.file"');
  if (isVariable) {
    problems.warnOutside(
      FORMER_STORE_VARIABLE,
      `${FORMER_STORE_VARIABLE} is deprecated; use ${FILE_VARIABLE}`,
    );
  }
  return Object.freeze({ ...journal, file: store });
}
