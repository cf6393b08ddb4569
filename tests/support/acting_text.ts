// What acts on a terminal, spelt out by code and not as the product does it: a check that used the product's own pattern
// would find nothing that the product overlooks.

/** Controls of both kinds, ends of lines and paragraphs, marks of direction, the byte order mark. */
// deno-lint-ignore no-control-regex -- controls are what it is about
const ACTING = new RegExp(
  "[\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ufeff]",
);

/** Whether one line of text would do more at a terminal than be shown. */
export function acts(line: string): boolean {
  return ACTING.test(line) || !line.isWellFormed();
}
