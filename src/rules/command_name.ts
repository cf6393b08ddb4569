// What a command may be called. One rule for the allow-list, for the executor's own file and for what is typed, so
// that a name can never be read as `@2`, as `/who`, as an option or as a path.

/** The form of a command name, in words for a refusal. */
export const COMMAND_NAME_FORM = "1 to 64 letters, digits, _ - or ., the first a letter or a digit";

/** Matches a whole command name. */
export const COMMAND_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

export function isCommandName(text: string): boolean {
  return COMMAND_NAME.test(text);
}
