// Arguments made for regular expressions that back-track: the rules of commands use RE2, which does not.

import { seat, withstands } from "./withstand.ts";

const PATTERNS = [
  "(a+)+",
  "(a|aa)+",
  "([a-z]+)*[0-9]",
  "(x+x+)+y",
  "(.*)(.*)(.*)(.*)b",
  "([a-z0-9-]{1,63}\\\\.){1,8}[a-z]{2,63}",
];
const TEXTS = ["a".repeat(4_095) + "!", "x".repeat(4_096), "ab.".repeat(1_365), "a1-".repeat(1_365)];

const tables = PATTERNS.map((pattern, i) =>
  `[commands.check${i}]\nargs = [{ name = "text", pattern = "${pattern}", rest = true }]\n`
).join("");

withstands({
  name: "arguments for patterns that would make a back-tracking engine stall",
  server: { tables },
  async strike(scene) {
    const clients = await seat(scene, 5);
    const attempts = PATTERNS.flatMap((_, i) =>
      TEXTS.map((text) => ({ command: `check${i}`, args: new Array(20).fill(text), dry_run: true }))
    );
    const answers = await Promise.all(
      clients.flatMap((client) => attempts.map((params) => client.request("run", params, 60_000))),
    );
    return { tried: answers.length, refused: answers.filter(({ result }) => !result.accepted).length };
  },
});
