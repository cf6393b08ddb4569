// The names that a rule may give an argument. They never start with a digit: in a template, `{2}` is the second argument.

export const ARGUMENT_NAME_FORM = "1 to 64 letters, digits, _ or -, the first a letter or _";

/** Matches a whole argument name. */
export const ARGUMENT_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
