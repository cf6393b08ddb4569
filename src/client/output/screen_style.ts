// The few colours there are, by what they mean. Layout is done on plain text and styled last, so that an escape never
// counts as a column.

/** Each returns its text between escapes, or as it is. */
export interface Style {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  /** Neither good nor bad, but important: a promotion, a lost connection, a refusal. */
  readonly notable: (text: string) => string;
}

const same = (text: string): string => text;

export const PLAIN: Style = Object.freeze({
  strong: same,
  faint: same,
  good: same,
  bad: same,
  notable: same,
});

/** ECMA-48 SGR with the sixteen colours that every terminal lets its user choose. */
export const COLOURED: Style = Object.freeze({
  strong: sgr(1, 22),
  faint: sgr(2, 22),
  good: sgr(32, 39),
  bad: sgr(31, 39),
  notable: sgr(33, 39),
});

export function styleFor(hasColour: boolean): Style {
  return hasColour ? COLOURED : PLAIN;
}

function sgr(on: number, off: number): (text: string) => string {
  // An empty text stays empty: no escapes around nothing.
  return (text) => text === "" ? "" : `\x1b[${on}m${text}\x1b[${off}m`;
}
