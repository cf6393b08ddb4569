// Configuration files with something wrong: the examples, everything in them taken into use, and then mutated.

import fc from "fast-check";
import { text } from "./hostile_values.ts";

const FILES = ["config.example.toml", "client.example.toml"].map((name) => {
  const example = Deno.readTextFileSync(new URL(`../../${name}`, import.meta.url));
  // Prose begins with "# "; what could be taken into use begins with "#" alone, or stands in a list that does.
  return example.replace(/^#(?=\S| {2}\{)/gm, "").replace(/^# .*\n/gm, "");
});

const PIECES = [
  ...['"', "'", '"""', "[", "]", "[[", "]]", "{", "}", "=", ".", ",", "#", "\n", "\\", "\\u0000", "\\ud800"],
  ...["0", "-1", "1e400", "nan", "inf", "0x7fffffffffffffff", "1979-05-27", "true", "1.5", '""', "[]", "{}"],
  ...[
    '"__proto__"',
    "__proto__",
    "constructor",
    "commands",
    "limits",
    "port",
    "[limits]",
    "[commands.x]",
    "[run]",
  ],
];

interface Wound {
  readonly at: number;
  readonly length: number;
  readonly instead: string;
}

const wound: fc.Arbitrary<Wound> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(12),
  instead: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...PIECES) }, { weight: 1, arbitrary: text }),
});

export const mutatedToml: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(fc.constantFrom(...FILES), fc.array(wound, { minLength: 1, maxLength: 3 })),
  },
  { weight: 1, arbitrary: fc.tuple(text, fc.constant([])) },
).map(([file, wounds]) => wounds.reduce(hurt, file));

function hurt(file: string, { at, length, instead }: Wound): string {
  const start = Math.floor(at * file.length);
  return file.slice(0, start) + instead + file.slice(start + length);
}
