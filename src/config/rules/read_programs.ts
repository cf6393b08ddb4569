// Reads [run]: the programs that this machine may execute. A program that could never start, or that would silently drop
// an argument, is reported.

import {
  COMMAND_NAME_FORM,
  isCommandName,
  parseArgvTemplate,
  type Program,
  suspiciousBraces,
} from "../../rules/mod.ts";
import { checkValue, type GivenValues, readTable, resolvePath } from "../reader/mod.ts";
import { type ClientLimits, PROGRAM_SETTINGS } from "../keys/mod.ts";
import { isTable, type KeyPath, type ProblemList } from "../toml/mod.ts";
import { readArgumentRules } from "./read_argument_rules.ts";

/** No server allows more commands. */
const MAX_PROGRAMS = 1_000;

const PATH = ["run"] as const;

/** @param directory where relative paths begin: those of `cwd`, and of a program with a slash in it */
export async function readPrograms(
  run: unknown,
  directory: string | undefined,
  limits: ClientLimits,
  problems: ProblemList,
): Promise<ReadonlyMap<string, Program> | undefined> {
  if (run === undefined) return undefined;
  const programs = new Map<string, Program>();
  if (!isTable(run)) {
    problems.addKey(PATH, `must be a table such as run.uptime = ["uptime"]`);
    return programs;
  }
  if (Object.keys(run).length > MAX_PROGRAMS) {
    problems.addKey(PATH, `must have at most ${MAX_PROGRAMS} programs`);
  }
  for (const [name, value] of Object.entries(run)) {
    const program = await readProgram(name, value, directory, limits, problems);
    if (program) programs.set(name, program);
  }
  return programs;
}

async function readProgram(
  name: string,
  value: unknown,
  directory: string | undefined,
  limits: ClientLimits,
  problems: ProblemList,
): Promise<Program | undefined> {
  const path = [...PATH, name];
  const before = problems.count;
  if (!isCommandName(name)) problems.addKey(path, `is not a command name (${COMMAND_NAME_FORM})`);
  if (!Array.isArray(value) && !isTable(value)) {
    problems.addKey(path, "must be a list of strings (the program and its arguments), or a table with argv");
    return undefined;
  }
  // The short form is the argv alone.
  const argvPath: KeyPath = Array.isArray(value) ? path : [...path, "argv"];
  const { argv, cwd, timeoutMs = limits.runTimeoutMs, stdin = PROGRAM_SETTINGS.stdin.default } =
    Array.isArray(value)
      ? readArgv(value, path, problems)
      : readTable(PROGRAM_SETTINGS, value, path, problems, { otherKeys: ["args"], directory });
  const args = isTable(value)
    ? await readArgumentRules(value.args, [...path, "args"], limits, problems)
    : undefined;
  if (argv === undefined && isTable(value) && value.argv === undefined) {
    problems.addKey(path, `has no "argv"`);
  }
  // With invalid rules, checking the template against them would only cause further messages.
  if (argv === undefined || problems.count > before) return undefined;

  const parsed = parseArgvTemplate(argv, args);
  if (parsed.ok) {
    for (const { item, reason } of suspiciousBraces(argv, args !== undefined)) {
      problems.warnKey([...argvPath, item], reason);
    }
    const { program, items } = parsed.template;
    const isHere = directory !== undefined && program.includes("/");
    const template = { program: isHere ? resolvePath(directory, program) : program, items };
    return Object.freeze({ name, argv: Object.freeze(template), args, cwd, timeoutMs, stdin });
  }
  for (const { item, reason } of parsed.problems) {
    problems.addKey(item === undefined ? argvPath : [...argvPath, item], reason);
  }
  return undefined;
}

function readArgv(
  value: readonly unknown[],
  path: KeyPath,
  problems: ProblemList,
): GivenValues<typeof PROGRAM_SETTINGS> {
  const problem = checkValue(PROGRAM_SETTINGS.argv, value);
  if (!problem) return { argv: value as readonly string[] };
  problems.addKey(problem.item === undefined ? path : [...path, problem.item], problem.reason, problem.hint);
  return {};
}
