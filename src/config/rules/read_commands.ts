// Reads the allow-list: a list of names, or tables with rules. A list from a flag or the environment selects names, and
// keeps their rules from the file, so that it cannot loosen a rule.

import { COMMAND_NAME_FORM, type CommandRule, isCommandName } from "../../rules/mod.ts";
import { checkValue, mergeValues, readTable } from "../reader/mod.ts";
import { COMMAND_SETTINGS, COMMANDS_SETTINGS, type Limits } from "../keys/mod.ts";
import { isTable, type ProblemList, type TomlTable } from "../toml/mod.ts";
import { readArgumentRules } from "./read_argument_rules.ts";

const PATH = ["commands"] as const;

/** `inFile`: the value of `commands` in the file; `chosen`: the names from a flag or the environment. */
export async function readCommands(
  inFile: unknown,
  chosen: readonly string[] | undefined,
  limits: Limits,
  problems: ProblemList,
): Promise<ReadonlyMap<string, CommandRule>> {
  const ruled = new Map<string, CommandRule>();
  for (const [name, table] of Object.entries(tablesIn(inFile, problems))) {
    ruled.set(name, await readCommand(name, table, limits, problems));
  }
  const names = chosen ?? namesIn(inFile, problems);
  return new Map(names.map((name) => [name, ruled.get(name) ?? plainCommand(name, limits)]));
}

function tablesIn(inFile: unknown, problems: ProblemList): TomlTable {
  if (!isTable(inFile)) return {};
  const most = COMMANDS_SETTINGS.commands.maxCount;
  if (Object.keys(inFile).length > most) problems.addKey(PATH, `must have at most ${most} tables`);
  return inFile;
}

function namesIn(inFile: unknown, problems: ProblemList): readonly string[] {
  const setting = COMMANDS_SETTINGS.commands;
  if (inFile === undefined) return setting.default;
  if (isTable(inFile)) return Object.keys(inFile);
  if (!Array.isArray(inFile)) {
    problems.addKey(PATH, `must be a list of names, or tables such as [commands.restart]`);
    return [];
  }
  const problem = checkValue(setting, inFile);
  if (!problem) return inFile;
  problems.addKey(problem.item === undefined ? PATH : [...PATH, problem.item], problem.reason);
  return [];
}

async function readCommand(
  name: string,
  table: unknown,
  limits: Limits,
  problems: ProblemList,
): Promise<CommandRule> {
  const path = [...PATH, name];
  if (!isCommandName(name)) problems.addKey(path, `is not a command name (${COMMAND_NAME_FORM})`);
  const given = readTable(COMMAND_SETTINGS, table, path, problems, { otherKeys: ["args"] });
  const args = isTable(table)
    ? await readArgumentRules(table.args, [...path, "args"], limits, problems)
    : undefined;
  const { description, maxRank, maxExecutors, timeoutMs = limits.runTimeoutMs } = mergeValues(
    COMMAND_SETTINGS,
    given,
  );
  return Object.freeze({ name, description, args, maxRank, maxExecutors, timeoutMs });
}

/** A command without rules: any member may send it, with any arguments, to all members below. */
function plainCommand(name: string, limits: Limits): CommandRule {
  const { description, maxRank, maxExecutors } = mergeValues(COMMAND_SETTINGS);
  return Object.freeze({
    name,
    description,
    args: undefined,
    maxRank,
    maxExecutors,
    timeoutMs: limits.runTimeoutMs,
  });
}
