// Arguments made for regular expressions that back-track: the rules of commands use RE2, which does not.

import { seat, withstands } from "./withstand.ts";

/** A pattern, and the longest argument that its rule lets it meet. */
type Rule = readonly [pattern: string, maxLength: number];

const LONGEST = 4_096;
const RULES: readonly Rule[] = [
  ["(a+)+", LONGEST],
  ["(a|aa)+", LONGEST],
  ["([a-z]+)*[0-9]", LONGEST],
  ["(x+x+)+y", LONGEST],
  ["(.*)(.*)(.*)(.*)b", LONGEST],
  ["([a-z0-9-]{1,63}\\\\.){1,8}[a-z]{2,63}", 253],
  // As much work for one argument as the bound on patterns allows.
  ["(a*){740}[0-9]", 100],
  ["(?i)(.*[a-z]\\\\pL{290})[0-9]", 1_000],
];
const TEXTS = ["a".repeat(4_095) + "!", "x".repeat(4_096), "ab.".repeat(1_365), "a1-".repeat(1_365)];

const tables = RULES.map(([pattern, maxLength], i) =>
  `[commands.check${i}]\nargs = [{ name = "text", pattern = "${pattern}", max_bytes = ${maxLength}, rest = true }]\n`
).join("");

withstands({
  name: "arguments that would stall a backtracking pattern engine",
  server: { tables },
  async strike(scene) {
    const clients = await seat(scene, 5);
    const attempts = RULES.flatMap(([, maxLength], i) =>
      TEXTS.map((text) => ({
        command: `check${i}`,
        args: new Array(20).fill(text.slice(0, maxLength)),
        dry_run: true,
      }))
    );
    const answers = await Promise.all(
      clients.flatMap((client) => attempts.map((params) => client.request("run", params, 60_000))),
    );
    return { tried: answers.length, refused: answers.filter(({ result }) => !result.accepted).length };
  },
});
