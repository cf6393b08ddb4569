// The form of command names. It applies to the allow-list, to the executor's own file and to what people type, so that a
// name can never be mistaken for `@2`, `/who`, an option or a path.

/** The form of a command name, for error messages. */
export const COMMAND_NAME_FORM = "1 to 64 letters, digits, _ - or ., the first a letter or a digit";

/** Matches a whole command name. */
export const COMMAND_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

export function isCommandName(text: string): boolean {
  return COMMAND_NAME.test(text);
}
