// Reports for each target whether a command would be sent to it, without sending anything.

import type { Refusal } from "../../protocol/json_rpc/mod.ts";
import type { DryRunSummary, RunParams } from "../../protocol/methods/mod.ts";
import { outranks, type Seat } from "../../ranks/mod.ts";
import { type CommandChecker, MAY_NOT_EXECUTE, noRecipient, outranked } from "./check_command.ts";
import { findTargets } from "./targets.ts";
import type { Rights } from "../connection/mod.ts";

type Target = DryRunSummary["results"][number];

/** The result of `run` with `dry_run`: the same rules in the same order as for a real run. */
export function dryRun<Member extends { readonly name: string; readonly rights: Rights }>(
  checker: CommandChecker,
  roster: readonly Seat<Member>[],
  issuer: Seat<Member>,
  params: Omit<RunParams, "results">,
): DryRunSummary {
  const rule = checker.checkRules(issuer, params.command, params.args);
  const forAll = "reason" in rule ? rule : undefined;
  const whole = checker.check(roster, issuer, params, rule);
  const found = findTargets(roster, issuer, params);
  const ranks = found.ranks === undefined
    ? roster.slice(issuer.rank + 1).map((seat) => seat.rank)
    : [...new Set(found.ranks)];
  const ofRanks = ranks.map((rank): Target => {
    const seat = roster[rank];
    if (seat === undefined) return refused({ rank }, noRecipient(rank));
    const target = maySee(issuer, seat, forAll === undefined)
      ? { rank, ticket: seat.ticket, name: seat.member.name }
      : { rank };
    if (!outranks(issuer, seat)) return refused(target, outranked(rank, issuer));
    if (forAll !== undefined) return refused(target, forAll);
    // As in a real run, only this target is refused.
    if (!seat.member.rights.execute) {
      return refused(target, { reason: "not_allowed", message: MAY_NOT_EXECUTE });
    }
    return { ...target, would_run: true };
  });
  const results = [...ofRanks, ...found.missing.map(({ target, refusal }) => refused(target, refusal))];
  const refusal = whole.ok ? undefined : whole.refusal;
  return {
    dry_run: true,
    accepted: whole.ok,
    executors: results.length,
    results,
    reason: refusal?.reason,
    message: refusal?.message,
  };
}

/** Without the right to see the roster, an issuer learns only of members that a real run's results would name. */
function maySee<Member extends { readonly rights: Rights }>(
  issuer: Seat<Member>,
  seat: Seat<Member>,
  mayBeRun: boolean,
): boolean {
  return issuer.member.rights.watch || (mayBeRun && outranks(issuer, seat));
}

function refused(target: Omit<Target, "would_run">, refusal: Refusal): Target {
  return { ...target, would_run: false, reason: refusal.reason, message: refusal.message };
}
