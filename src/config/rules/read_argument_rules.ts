// Reads the `args` of a command or a program. Rules that no argument could meet, or that would leave one unchecked, are
// reported.

import {
  type ArgumentBounds,
  type ArgumentKind,
  type ArgumentRule,
  compilePattern,
} from "../../rules/mod.ts";
import { isTable, type KeyPath, type ProblemList } from "../toml/mod.ts";
import { mergeValues, readTable, type SettingValues } from "../reader/mod.ts";
import { ARGUMENT_SETTINGS, PATTERN_STEPS } from "../keys/mod.ts";
import { count, fitsBytes } from "../../words/mod.ts";

type ArgumentTable = SettingValues<typeof ARGUMENT_SETTINGS>;

/** `args` is the value at `path`; without it (`undefined`), any arguments are accepted. */
export async function readArgumentRules(
  args: unknown,
  path: KeyPath,
  bounds: ArgumentBounds,
  problems: ProblemList,
): Promise<readonly ArgumentRule[] | undefined> {
  if (args === undefined) return undefined;
  if (!Array.isArray(args)) {
    problems.addKey(path, `must be a list of tables, such as [{ name = "service" }]`);
    return undefined;
  }
  if (args.length > bounds.argsCount) {
    problems.addKey(path, `has ${args.length} rules, but "limits.args_count" is ${bounds.argsCount}`);
  }
  const rules: ArgumentRule[] = [];
  for (const [index, table] of args.entries()) {
    const rule = await readRule(table, [...path, index], bounds, problems);
    if (!rule) continue;
    checkOrder(rule, rules.at(-1), [...path, index], problems);
    if (rules.some((earlier) => earlier.name === rule.name)) {
      problems.addKey([...path, index, "name"], `is the name of two arguments: "${rule.name}"`);
    }
    rules.push(rule);
  }
  return Object.freeze(rules);
}

async function readRule(
  table: unknown,
  path: KeyPath,
  bounds: ArgumentBounds,
  problems: ProblemList,
): Promise<ArgumentRule | undefined> {
  const values = mergeValues(ARGUMENT_SETTINGS, readTable(ARGUMENT_SETTINGS, table, path, problems));
  if (!isTable(table)) return undefined;
  const maxBytes = values.maxBytes ?? bounds.argBytes;
  if (maxBytes > bounds.argBytes) {
    problems.addKey(
      [...path, "max_bytes"],
      `must not exceed "limits.arg_bytes", which is ${bounds.argBytes}`,
    );
  }
  const kind = await readKind(values, maxBytes, path, problems);
  if (values.name === undefined) {
    if (table.name === undefined) problems.addKey(path, `has no "name"`);
    return undefined;
  }
  const { name, optional, rest } = values;
  return Object.freeze({ name, optional, rest, maxBytes, kind: Object.freeze(kind) });
}

async function readKind(
  { oneOf, pattern, integer, min, max }: ArgumentTable,
  maxBytes: number,
  path: KeyPath,
  problems: ProblemList,
): Promise<ArgumentKind> {
  const kinds = [...oneOf ? ["one_of"] : [], ...pattern ? ["pattern"] : [], ...integer ? ["integer"] : []];
  if (kinds.length > 1) problems.addKey(path, `has both ${kinds.join(" and ")}; use only one of them`);
  if (!integer && (min !== undefined || max !== undefined)) {
    problems.addKey([...path, min !== undefined ? "min" : "max"], "is for integers; add integer = true");
  }
  if (oneOf) {
    const tooLong = oneOf.findIndex((value) => !fitsBytes(value, maxBytes));
    if (tooLong >= 0) {
      problems.addKey([...path, "one_of", tooLong], `is longer than ${count(maxBytes, "byte")}`);
    }
    return { type: "one_of", values: oneOf };
  }
  if (pattern !== undefined) {
    const compiled = await compilePattern(pattern);
    if (compiled.ok) {
      const { size, matchesWhole } = compiled;
      checkPatternSteps(size, maxBytes, path, problems);
      return { type: "pattern", source: pattern, size, matchesWhole };
    }
    problems.addKey([...path, "pattern"], `is not a pattern: ${compiled.reason}`);
  }
  if (!integer) return { type: "any" };
  const lowest = min ?? ARGUMENT_SETTINGS.min.min;
  const highest = max ?? ARGUMENT_SETTINGS.max.max;
  if (lowest > highest) problems.addKey([...path, "min"], `of ${lowest} is above max, which is ${highest}`);
  return { type: "integer", min: lowest, max: highest };
}

/** Compiling expands repetitions with large counts, so a short pattern may take many steps. */
function checkPatternSteps(size: number, maxBytes: number, path: KeyPath, problems: ProblemList): void {
  if (size * maxBytes <= PATTERN_STEPS) return;
  const longest = Math.floor(PATTERN_STEPS / size);
  const remedy = longest === 0
    ? "use smaller counts in its repetitions"
    : `add max_bytes = ${longest} or less, or use smaller counts in its repetitions`;
  problems.addKey(
    [...path, "pattern"],
    `takes up to ${size} steps for each character, so ${size * maxBytes} for an argument of ${
      count(maxBytes, "byte")
    }; ` +
      `the limit is ${PATTERN_STEPS}, because other clients wait meanwhile; ${remedy}`,
  );
}

function checkOrder(
  rule: ArgumentRule,
  before: ArgumentRule | undefined,
  path: KeyPath,
  problems: ProblemList,
): void {
  if (before?.rest) {
    problems.addKey(path, `comes after "${before.name}", which takes all remaining arguments`);
  } else if (before?.optional && !rule.optional) {
    problems.addKey(path, `must be optional as well, because "${before.name}" before it is optional`);
  }
}
