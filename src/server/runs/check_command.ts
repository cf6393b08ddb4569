// Whether a member may send a command to certain executors: every rule of the server, in the order in which a person would
// want to know about violations.

import type { Refusal } from "../../protocol/json_rpc/mod.ts";
import type { RunParams, Targets } from "../../protocol/methods/mod.ts";
import { count, shown, visible } from "../../words/mod.ts";
import { chooseExecutors, type Seat } from "../../ranks/mod.ts";
import { type ArgumentBounds, type ArgumentRule, checkArguments, type CommandRule } from "../../rules/mod.ts";
import type { Rights } from "../connection/mod.ts";
import { findTargets } from "./targets.ts";

/** A command that may be sent, or why it is refused as a whole. */
export type Check<Member> =
  | { readonly ok: true; readonly rule: CommandRule; readonly executors: readonly Seat<Member>[] }
  | { readonly ok: false; readonly refusal: Refusal };

const MAX_SHOWN_NAME_LENGTH = 64;

/**
 * The steps of patterns, of 60 ns each, for commands that are checked together, and for one of them: one that may take longer
 * is work to be counted by itself.
 */
const MAX_STEPS_TOGETHER = 10_000;
const MAX_STEPS_OF_ONE = 2_000;

/** The sender of a command. */
export interface Issuer {
  readonly rank: number;
  readonly member: { readonly rights: Rights };
}

export class CommandChecker {
  readonly #rules: Pick<ReadonlyMap<string, CommandRule>, "get">;
  readonly #bounds: ArgumentBounds;

  constructor(rules: Pick<ReadonlyMap<string, CommandRule>, "get">, bounds: ArgumentBounds) {
    this.#rules = rules;
    this.#bounds = bounds;
  }

  /** The allow-list and the command's own rules, which do not depend on the executors. */
  checkRules(
    issuer: Issuer,
    command: string,
    args: readonly string[],
  ): CommandRule | Refusal {
    const rule = this.#rules.get(command);
    if (rule === undefined) {
      const message = `${shown(command, MAX_SHOWN_NAME_LENGTH)} is not an allowed command`;
      return { reason: "not_allowed", message, data: { rule: "commands" } };
    }
    const { issue } = issuer.member.rights;
    if (issue !== undefined && !issue.has(command)) {
      return {
        reason: "not_allowed",
        message: `Your token does not allow you to send "${command}"`,
        data: { rule: "issue" },
      };
    }
    if (issuer.rank > rule.maxRank) {
      const message = `Only ${
        rule.maxRank === 0 ? "rank 0" : `ranks 0 to ${rule.maxRank}`
      } may send "${command}", and you are rank ${issuer.rank}`;
      return { reason: "not_allowed", message, data: { rule: "max_rank", max_rank: rule.maxRank } };
    }
    const checked = checkArguments(rule.args, args, this.#bounds);
    if (checked.ok) return rule;
    const { reason, ...data } = checked;
    return {
      reason: "not_allowed",
      message: `"${command}": ${visible(reason)}`,
      data: { rule: data.rule, position: data.position },
    };
  }

  /** All rules for a command to all members below the issuer. @param below their number */
  checkBelow(
    issuer: Issuer,
    below: number,
    command: string,
    args: readonly string[],
  ): Refusal | undefined {
    const rule = this.checkRules(issuer, command, args);
    if ("reason" in rule) return rule;
    if (below <= 0) return noRecipient();
    return below > rule.maxExecutors ? tooManyExecutors(rule, below) : undefined;
  }

  /**
   * How many commands to all members below the issuer pass all rules, up to the first that does not or whose check may take
   * long.
   *
   * @param args the arguments of each, as JSON, within the limits for all commands
   */
  countPassing(
    issuer: Issuer,
    below: number,
    command: string,
    args: readonly string[],
  ): number {
    const rule = this.#rules.get(command);
    if (rule === undefined || issuer.rank > rule.maxRank || below <= 0 || below > rule.maxExecutors) return 0;
    if (issuer.member.rights.issue?.has(command) === false) return 0;
    if (rule.args === undefined) return args.length;
    const quick = countQuick(rule.args, args);
    for (let i = 0; i < quick; i++) {
      if (!checkArguments(rule.args, JSON.parse(args[i]!), this.#bounds).ok) return i;
    }
    return quick;
  }

  /**
   * All rules; determines the executors.
   *
   * @param roster settled, so that the index is the rank
   * @param rule what {@linkcode checkRules} says: arguments may take long to check
   */
  check<Member extends { readonly rights: Rights; readonly name: string }>(
    roster: readonly Seat<Member>[],
    issuer: Seat<Member>,
    { command, args, ...targets }: Pick<RunParams, "command" | "args"> & Targets,
    rule = this.checkRules(issuer, command, args),
  ): Check<Member> {
    if ("reason" in rule) return { ok: false, refusal: rule };
    const { ranks, missing: [missing] } = findTargets(roster, issuer, targets);
    const choice = chooseExecutors(roster, issuer, ranks);
    if (!choice.ok && choice.reason === "outranked") {
      return { ok: false, refusal: outranked(choice.rank, issuer) };
    }
    if (missing !== undefined) return { ok: false, refusal: missing.refusal };
    if (!choice.ok) return { ok: false, refusal: noRecipient(choice.rank) };
    const { executors } = choice;
    if (executors.length > rule.maxExecutors) {
      return { ok: false, refusal: tooManyExecutors(rule, executors.length) };
    }
    return { ok: true, rule, executors };
  }
}

/** For a member without the right to execute; the other executors of the run are not affected. */
export const MAY_NOT_EXECUTE = "Its token does not allow it to execute commands";

export function outranked(rank: number, issuer: { readonly rank: number }): Refusal {
  const message = rank === issuer.rank ? `Rank ${rank} is your own rank` : `Rank ${rank} is above you`;
  return { reason: "outranked", message, data: { rank } };
}

export function noRecipient(rank?: number): Refusal {
  if (rank === undefined) return { reason: "no_recipient", message: "No client ranks below you" };
  return { reason: "no_recipient", message: `No client has rank ${rank}`, data: { rank } };
}

function tooManyExecutors(rule: CommandRule, executors: number): Refusal {
  const message = `"${rule.name}" must have at most ${
    count(rule.maxExecutors, "executor")
  }, got ${executors}`;
  return {
    reason: "not_allowed",
    message,
    data: { rule: "max_executors", max_executors: rule.maxExecutors },
  };
}

/** How many of the first commands can be checked together. @param args the arguments of each, as JSON */
function countQuick(rules: readonly ArgumentRule[], args: readonly string[]): number {
  const size = rules.reduce(
    (most, { kind }) => kind.type === "pattern" ? Math.max(most, kind.size) : most,
    0,
  );
  if (size === 0) return args.length;
  let together = 0;
  const slow = args.findIndex((json) => {
    const steps = size * json.length;
    together += steps;
    return steps > MAX_STEPS_OF_ONE || together > MAX_STEPS_TOGETHER;
  });
  return slow < 0 ? args.length : slow;
}
