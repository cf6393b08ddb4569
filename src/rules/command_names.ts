// The forms of the names of commands, of their arguments and of clients.

import { fitsBytes } from "../words/mod.ts";

/** The form of a command name, for error messages. */
export const COMMAND_NAME_FORM = "1 to 64 letters, digits, _ - or ., the first a letter or a digit";

/**
 * Matches a whole command name. The same form applies to the allow-list, to the executor's own file and to what people type,
 * so that a name can never be mistaken for `@2`, `/who`, an option or a path.
 */
export const COMMAND_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

export function isCommandName(text: string): boolean {
  return COMMAND_NAME.test(text);
}

/** The form of an argument name, for error messages. */
export const ARGUMENT_NAME_FORM = "1 to 64 letters, digits, _ or -, the first a letter or _";

/** Matches a whole argument name. It never starts with a digit: in a template, `{2}` is the second argument. */
export const ARGUMENT_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;

/** The longest name of any server, as UTF-8: the highest value of `limits.name_bytes`. */
export const MAX_NAME_BYTES = 256;

/**
 * A client's name as it is kept and compared: composed (NFC), without white space around it, one space for each other.
 * `undefined` for a text that is too long to be a name: composing takes quadratic time.
 */
export function normalizeName(text: string): string | undefined {
  if (!fitsBytes(text, MAX_NAME_BYTES)) return undefined;
  // Not trim(): it takes the byte order mark for a space.
  return text.normalize("NFC").replaceAll(/\p{White_Space}+/gu, " ").replace(/^ | $/g, "");
}
