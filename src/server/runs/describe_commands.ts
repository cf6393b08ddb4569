// The allow-list as the method `commands` shows it. Limits that exclude nothing are left out.

import type { ArgumentInfo, CommandInfo } from "../../protocol/methods/mod.ts";
import type { ArgumentRule, CommandRule } from "../../rules/mod.ts";

/**
 * The commands that may be sent.
 *
 * @param issue the names that a token allows; absent: all
 * @param capacity how many seats there are
 */
export function describeCommands(
  rules: readonly CommandRule[],
  issue: ReadonlySet<string> | undefined,
  capacity: number,
): CommandInfo[] {
  return rules.filter(({ name }) => issue === undefined || issue.has(name))
    .map((rule) => describeCommand(rule, capacity));
}

function describeCommand(rule: CommandRule, capacity: number): CommandInfo {
  const { name, description, args, maxRank, maxExecutors, timeoutMs } = rule;
  return {
    name,
    description: description === "" ? undefined : description,
    args: args?.map(describeArgument),
    max_rank: maxRank < capacity - 1 ? maxRank : undefined,
    max_executors: maxExecutors < capacity - 1 ? maxExecutors : undefined,
    timeout_ms: timeoutMs,
  };
}

function describeArgument({ name, optional, rest, kind, maxBytes }: ArgumentRule): ArgumentInfo {
  const info = { name, optional: optional || undefined, rest: rest || undefined, max_bytes: maxBytes };
  switch (kind.type) {
    case "any":
      return info;
    case "one_of":
      return { ...info, one_of: [...kind.values] };
    case "integer":
      return { ...info, integer: true, min: kind.min, max: kind.max };
    case "pattern":
      return { ...info, pattern: kind.source };
  }
}
