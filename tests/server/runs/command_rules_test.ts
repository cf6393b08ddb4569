// The rules that are checked before a command is sent. With members that are only names.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import type { Refusal } from "../../../src/protocol/json_rpc/errors.ts";
import { METHODS, readShape } from "../../../src/protocol/methods/mod.ts";
import type { Seat } from "../../../src/ranks/rank_manager.ts";
import type { ArgumentKind, CommandRule } from "../../../src/rules/command_rule.ts";
import { CommandChecker } from "../../../src/server/runs/check_command.ts";
import { checkName } from "../../../src/server/requests/hello.ts";
import { dryRun } from "../../../src/server/runs/dry_run.ts";
import { type Rights, RIGHTS_WITHOUT_TOKEN } from "../../../src/server/connection/rights.ts";
import { acts } from "../../support/acting_text.ts";
import { seatsOf } from "../../support/seats_of.ts";
import { holds } from "../../support/seed.ts";

const ANY: CommandRule = {
  name: "ping",
  description: "",
  args: undefined,
  maxRank: Infinity,
  maxExecutors: Infinity,
  timeoutMs: 1_000,
};
const SERVICE = {
  ...{ name: "service", optional: false, rest: false, maxBytes: 100 },
  kind: { type: "one_of", values: ["nginx", "postgres"] },
} as const;
const RULES = new Map<string, CommandRule>([
  ["ping", ANY],
  ["restart", { ...ANY, name: "restart", args: [SERVICE], maxRank: 0 }],
  ["few", { ...ANY, name: "few", maxExecutors: 2 }],
  ["second", { ...ANY, name: "second", maxRank: 1 }],
]);
const checker = new CommandChecker(RULES, { argsCount: 3, argBytes: 50 });

interface Member {
  readonly name: string;
  rights: Rights;
}

function rosterOf(size: number): readonly Seat<Member>[] {
  const members = Array.from(
    { length: size },
    (_, i) => ({ name: `member ${i}`, rights: RIGHTS_WITHOUT_TOKEN }),
  );
  return seatsOf<Member>(members).seats;
}

function refusalOf(issuer: number, command: string, args: string[] = [], to?: number[]): Refusal | undefined {
  const roster = rosterOf(5);
  const check = checker.check(roster, roster[issuer]!, { command, args, to });
  return check.ok ? undefined : check.refusal;
}

Deno.test("a command that is not on the list is refused, whatever its name", () => {
  for (const command of ["", "halt", "PING", "ping ", "__proto__", "constructor", "\u001b[2J"]) {
    const refusal = refusalOf(0, command)!;
    assertEquals([refusal.reason, refusal.data], ["not_allowed", { rule: "commands" }]);
    assert(!acts(refusal.message), "the refusal repeats a control character");
  }
  assert(refusalOf(0, "x".repeat(100_000))!.message.length < 200);
});

Deno.test("a token's list of commands is asked after the server's and before the rank", () => {
  const roster = rosterOf(3);
  const issuer = roster[1]!;
  issuer.member.rights = { ...RIGHTS_WITHOUT_TOKEN, issue: new Set(["ping", "halt"]) };
  const ruleFor = (command: string) => {
    const check = checker.check(roster, issuer, { command, args: [] });
    return check.ok ? "ok" : check.refusal.data?.rule;
  };
  assertEquals(["ping", "halt", "restart", "second"].map(ruleFor), ["ok", "commands", "issue", "issue"]);
  assertEquals(checker.checkBelow(issuer, 1, "second", [])?.data, { rule: "issue" });
  const summary = dryRun(checker, roster, issuer, { command: "second", args: [], dry_run: true });
  assertEquals([summary.accepted, summary.reason, summary.results[0]!.reason], [
    false,
    "not_allowed",
    "not_allowed",
  ]);
});

Deno.test("a dry run says of a member that may not execute that it would not, and accepts the rest", () => {
  const roster = rosterOf(3);
  roster[1]!.member.rights = { ...RIGHTS_WITHOUT_TOKEN, execute: false };
  const { accepted, results } = dryRun(checker, roster, roster[0]!, {
    command: "ping",
    args: [],
    dry_run: true,
  });
  assertEquals([accepted, ...results.map(({ would_run, reason }) => [would_run, reason])], [
    true,
    [false, "not_allowed"],
    [true, undefined],
  ]);
});

Deno.test("a command is open to the ranks down to its max_rank, and to no other", () => {
  assertEquals(refusalOf(0, "second"), undefined);
  assertEquals(refusalOf(1, "second"), undefined);
  const refusal = refusalOf(2, "second")!;
  assertEquals([refusal.reason, refusal.data], ["not_allowed", { rule: "max_rank", max_rank: 1 }]);
  assertEquals(refusalOf(1, "restart", ["nginx"])?.data, { rule: "max_rank", max_rank: 0 });
});

Deno.test("arguments are checked by the command's rule and by the limits", () => {
  assertEquals(refusalOf(0, "restart", ["nginx"]), undefined);
  assertEquals(refusalOf(0, "restart", ["sshd"])?.data, { rule: "one_of", position: 1 });
  assertEquals(refusalOf(0, "restart", [])?.data, { rule: "missing", position: 1 });
  assertEquals(refusalOf(0, "ping", ["a", "b", "c", "d"])?.data?.rule, "args_count");
  assertEquals(refusalOf(0, "ping", ["x".repeat(51)])?.data?.rule, "arg_bytes");
});

Deno.test("the refusal of an argument can be shown at a terminal, whatever the argument was", () => {
  const refusal = refusalOf(0, "restart", ["\u009b2J\u202e\u2028\u001b[2J"])!;
  assert(!acts(refusal.message), JSON.stringify(refusal.message));
  assertStringIncludes(refusal.message, "\\x9b2J");
});

Deno.test("a command goes to no more executors than its rule allows; fewer may be chosen", () => {
  assertEquals(refusalOf(0, "few")?.data, { rule: "max_executors", max_executors: 2 });
  assertEquals(refusalOf(0, "few", [], [3, 4]), undefined);
  assertEquals(refusalOf(2, "few"), undefined);
});

Deno.test("G5: a rank above and the issuer itself are refused, and the refusal says which rank and why", () => {
  assertEquals(refusalOf(2, "ping", [], [3, 1]), {
    ...{ reason: "outranked", message: "Rank 1 is above you", data: { rank: 1 } },
  });
  assertEquals(refusalOf(2, "ping", [], [3, 2]), {
    ...{ reason: "outranked", message: "Rank 2 is your own rank", data: { rank: 2 } },
  });
  assertEquals(refusalOf(2, "ping", [], [9])?.reason, "no_recipient");
  assertEquals(refusalOf(4, "ping")?.message, "No client ranks below you");
});

const asks = fc.record({
  size: fc.integer({ min: 1, max: 6 }),
  issuer: fc.nat(5),
  command: fc.constantFrom("ping", "restart", "few", "second", "halt"),
  args: fc.array(fc.constantFrom("nginx", "x", "\u001b"), { maxLength: 2 }),
  to: fc.option(fc.array(fc.nat(7), { maxLength: 5 }), { nil: undefined }),
}).map(({ issuer, size, ...ask }) => ({ ...ask, roster: rosterOf(size), issuer: issuer % size }));

Deno.test("the quick check for all members below has the same result as the full one", () => {
  holds(
    fc.property(asks, ({ roster, issuer, command, args }) => {
      const seat = roster[issuer]!;
      const check = checker.check(roster, seat, { command, args });
      const quick = checker.checkBelow(seat, roster.length - issuer - 1, command, args);
      assertEquals(quick, check.ok ? undefined : check.refusal);
    }),
    { numRuns: 500 },
  );
});

Deno.test("a dry run accepts exactly what would be accepted, and has one line for each target", () => {
  holds(
    fc.property(asks, ({ roster, issuer, command, args, to }) => {
      const seat = roster[issuer]!;
      const check = checker.check(roster, seat, { command, args, to });
      const params = { command, args, dry_run: true, ...(to === undefined ? {} : { to }) };
      const summary = dryRun(checker, roster, seat, params);
      assert(readShape(METHODS.run.dryRun.result, summary).ok);
      assertEquals(summary.accepted, check.ok);
      assertEquals(summary.reason, check.ok ? undefined : check.refusal.reason);
      const targets = to === undefined ? roster.slice(issuer + 1).map(({ rank }) => rank) : [...new Set(to)];
      assertEquals(summary.results.map(({ rank }) => rank), targets);
      if (!check.ok) return;
      assert(summary.results.every((target) => target.would_run));
      assertEquals(summary.results.length, check.executors.length);
    }),
    { numRuns: 500 },
  );
});

Deno.test("a dry run names for each target the rule that refuses it", () => {
  const roster = rosterOf(4);
  const summary = dryRun(checker, roster, roster[1]!, {
    command: "ping",
    args: [],
    to: [0, 1, 2, 9],
    dry_run: true,
  });
  assertEquals(summary.results.map(({ rank, would_run, reason }) => [rank, would_run, reason]), [
    [0, false, "outranked"],
    [1, false, "outranked"],
    [2, true, undefined],
    [9, false, "no_recipient"],
  ]);
  assertEquals([summary.accepted, summary.reason], [false, "outranked"]);
});

Deno.test("a name is trimmed, short, not blank and nothing that a terminal acts on", () => {
  assertEquals(checkName("  web 1 ", 64), { ok: true, name: "web 1" });
  assertEquals(checkName("日本 \u{1f600}", 64), { ok: true, name: "日本 \u{1f600}" });
  for (
    const name of ["", "   ", "\t\n", "a\nb", "\u001b[2J", "a\u202eb", "a\u061cb", "\ud800", "x".repeat(65)]
  ) {
    const check = checkName(name, 64);
    assert(!check.ok, JSON.stringify(name));
    assert(check.message.startsWith('"name" ') && !acts(check.message));
  }
  const invisible = [
    "\u200b",
    "\u00ad",
    "\u2060",
    "\ufe0f",
    "\u3164",
    "\u{e0041}",
    "\u2800",
    "\u034f",
    "\u{1d159}",
  ];
  for (const character of invisible) {
    const check = checkName(`web${character}1`, 64);
    assert(!check.ok && check.message.includes("invisible character U+"), JSON.stringify(check));
  }
  // What is shown as the same is the same name.
  const same: [string, string][] = [["web\u00a01", "web 1"], ["web \u2003 1", "web 1"], [
    "re\u0301gie",
    "r\u00e9gie",
  ]];
  for (const [sent, name] of same) assertEquals(checkName(sent, 64), { ok: true, name });
  // Bytes, of the name as it is sent and as it is kept: U+0958 is composed to two characters of three bytes each.
  for (const [character, most] of [["é", 32], ["\u{1f600}", 16], ["e\u0301", 21], ["\u0958", 10]] as const) {
    assert(checkName(character.repeat(most), 64).ok, character);
    assert(!checkName(character.repeat(most + 1), 64).ok, character);
  }
  assertEquals(checkName("é".repeat(33), 64), {
    ok: false,
    message: '"name" must have at most 64 bytes, got 66',
  });
  holds(fc.property(fc.string({ unit: "binary", maxLength: 70 }), (text) => {
    const check = checkName(text, 64);
    if (check.ok) {
      assert(
        !acts(check.name) && new TextEncoder().encode(check.name).length <= 64 &&
          check.name.trim() === check.name,
      );
    }
  }));
});

/** A pattern of that size, and what was matched with it. */
function costly(size: number) {
  const matched: string[] = [];
  const kind: ArgumentKind = {
    ...{ type: "pattern", source: ".*", size },
    matchesWhole: (text) => matched.push(text) > 0,
  };
  const argument = { name: "text", optional: false, rest: true, maxBytes: 50, kind };
  const rule: CommandRule = { ...ANY, name: "costly", args: [argument] };
  return {
    matched,
    checker: new CommandChecker(new Map([["costly", rule]]), { argsCount: 3, argBytes: 50 }),
  };
}

Deno.test("a dry run matches each argument once", () => {
  const { matched, checker } = costly(1);
  const roster = rosterOf(3);
  dryRun(checker, roster, roster[0]!, { command: "costly", args: ["a", "b"], dry_run: true });
  assertEquals(matched, ["a", "b"]);
});

Deno.test("commands are checked together only as long as their patterns need few steps", () => {
  const [issuer] = rosterOf(3);
  const commands = (count: number, length: number) =>
    new Array(count).fill(JSON.stringify(["x".repeat(length)]));
  const passing = (size: number, args: readonly string[]) =>
    costly(size).checker.countPassing(issuer!, 2, "costly", args);
  assertEquals(passing(10, commands(64, 10)), 64);
  assertEquals(passing(100, commands(64, 10)), 7, "10,000 steps together");
  assertEquals(passing(300, commands(64, 10)), 0, "one of more than 2,000 steps");
  assertEquals(passing(100, [...commands(2, 10), ...commands(1, 20)]), 2, "those before it");
});
