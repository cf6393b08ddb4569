// Programs for tests, and whether a process still runs. Linux only, as the tests that use it.

import { parseArgvTemplate } from "../../../src/rules/parse_argv_template.ts";
import type { ArgumentRule } from "../../../src/rules/command_rule.ts";
import type { Program } from "../../../src/rules/program_rule.ts";

export function program(
  name: string,
  argv: readonly string[],
  options: { args?: readonly ArgumentRule[]; timeoutMs?: number; cwd?: string; stdin?: Program["stdin"] } =
    {},
): [string, Program] {
  const parsed = parseArgvTemplate(argv, options.args);
  if (!parsed.ok) throw new Error(parsed.problems.map((problem) => problem.reason).join("; "));
  const { args, cwd, timeoutMs = 60_000, stdin = "none" } = options;
  return [name, { name, argv: parsed.template, args, cwd, timeoutMs, stdin }];
}

/** A script for `sh`; `{1}`... are its arguments `$1`. */
export function script(name: string, source: string, options: { timeoutMs?: number } = {}) {
  return program(name, ["sh", "-c", source.replace(/[{}]/g, "$&$&"), name], options);
}

/** A process that has ended but was not waited for by its parent (a zombie) does not run. */
export function isRunning(pid: number): boolean {
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    return !/\) [ZX] /.test(stat);
  } catch {
    return false;
  }
}

/** Process ids in a program's output, one a line after "pid ". */
export function pidsIn(output: string | undefined): number[] {
  return [...(output ?? "").matchAll(/^pid (\d+)$/gm)].map((match) => Number(match[1]));
}

/** Waits, within a bound, until none of the processes runs: nothing tells when another's child has ended. */
export async function untilGone(pids: readonly number[]): Promise<void> {
  for (let n = 0; n < 500 && pids.some(isRunning); n++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
