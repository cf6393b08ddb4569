// Lines for tests of what is recognised without being parsed: the exact spelling, and the same with a few characters
// changed, which is where a wrong acceptance would hide.

import fc from "fast-check";

/** Characters that mean something in JSON, in a line, or in Unicode. */
const EDITS = ['"', "\\", ",", "]", "}", "[", "{", ":", " ", "\t", "\0", "\x1f", "\x7f", "\r", "0", "-", "e"];
const WIDE = ["\u2028", "\ufffd", "\ufeff", "é", "\u{1f600}"];

/** An argument, mostly one that JSON leaves as it is. */
export const argument = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 2, arbitrary: fc.string({ unit: "grapheme", maxLength: 8 }) },
  { weight: 1, arbitrary: fc.constantFrom("", '","', "]}}", '"', "\\", "\n", "\0", "\x7f", ...WIDE) },
);

/** A `run` that nobody answers, as encoders without spaces write it. */
export function plainRun(command: string, args?: readonly string[]): string {
  const params = args === undefined ? { command } : { command, args };
  return JSON.stringify({ jsonrpc: "2.0", method: "run", params });
}

/** An executor's answer, as encoders without spaces write it. */
export function plainAnswer(id: unknown, result: unknown): string {
  return JSON.stringify({ jsonrpc: "2.0", id, result });
}

/** `text` as it is, or with up to three characters inserted, replaced or taken out. */
export function edited(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const edit = fc.record({
    place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    removed: fc.nat(1),
    added: fc.constantFrom("", ...EDITS, ...WIDE),
  });
  return fc.tuple(text, fc.oneof(fc.constant([]), fc.array(edit, { maxLength: 3 }))).map(([whole, edits]) =>
    edits.reduce((line, { place, removed, added }) => {
      const at = Math.floor(place * line.length);
      return line.slice(0, at) + added + line.slice(at + removed);
    }, whole).toWellFormed()
  );
}
