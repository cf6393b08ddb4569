// Which arguments a rule accepts. The texts are untrusted, so each refusal has a test case, and one property holds: the
// result is a value for every input.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import {
  type ArgumentBounds,
  checkArguments,
  ruleAt,
  type ViolatedRule,
} from "../../src/rules/check_arguments.ts";
import type { ArgumentKind, ArgumentRule } from "../../src/rules/command_rule.ts";

const BOUNDS: ArgumentBounds = { argsCount: 4, argBytes: 20 };

function rule(
  name: string,
  kind: ArgumentKind = { type: "any" },
  more: Partial<ArgumentRule> = {},
): ArgumentRule {
  return { name, kind, optional: false, rest: false, maxBytes: 20, ...more };
}

function brokenBy(rules: readonly ArgumentRule[] | undefined, ...args: string[]): ViolatedRule | "none" {
  const check = checkArguments(rules, args, BOUNDS);
  return check.ok ? "none" : check.rule;
}

Deno.test("without rules, arguments are bounded in number and length alone", () => {
  assertEquals(brokenBy(undefined), "none");
  assertEquals(brokenBy(undefined, "", "a b", "-rf", "x".repeat(20)), "none");
  assertEquals(brokenBy(undefined, "1", "2", "3", "4", "5"), "args_count");
  assertEquals(brokenBy(undefined, "x".repeat(21)), "arg_bytes");
});

/** Characters of two, four, three bytes, and one of two code points. */
const WIDE = [["é", 2], ["\u{1f600}", 4], ["日", 3], ["e\u0301", 3]] as const;

Deno.test("lengths are bytes of UTF-8, whatever a character takes", () => {
  const short = rule("x", undefined, { maxBytes: 12 });
  for (const [character, bytes] of WIDE) {
    for (
      const [rules, limit, broken] of [[undefined, 20, "arg_bytes"], [[short], 12, "max_bytes"]] as const
    ) {
      const longest = character.repeat(Math.floor(limit / bytes)) + "x".repeat(limit % bytes);
      assertEquals(brokenBy(rules, longest), "none", longest);
      assertEquals(brokenBy(rules, `${longest}x`), broken, longest);
    }
  }
  const check = checkArguments([short], ["é".repeat(7)], BOUNDS);
  assert(!check.ok);
  assertEquals(check.reason, 'argument 1 "x" may have at most 12 bytes, got 14');
});

Deno.test("arguments have the names of their rules, and numbers without rules", () => {
  const numbered = checkArguments(undefined, ["a", "b"], BOUNDS);
  assert(numbered.ok);
  assertEquals([...numbered.named], [["1", "a"], ["2", "b"]]);

  const rules = [rule("service"), rule("hosts", undefined, { rest: true })];
  const named = checkArguments(rules, ["nginx", "h1", "h2"], BOUNDS);
  assert(named.ok);
  assertEquals([...named.named], [["service", "nginx"], ["hosts", "h1 h2"]]);
});

Deno.test("NUL and an unpaired surrogate are refused even where anything goes", () => {
  assertEquals(brokenBy(undefined, "a\0b"), "nul");
  assertEquals(brokenBy([rule("x")], "\0"), "nul");
  assertEquals(brokenBy(undefined, "\ud83d"), "unicode");
  assertEquals(brokenBy(undefined, "\u{1f600}\n\x1b"), "none");
});

Deno.test("an argument too many and an argument too few are refused with their position", () => {
  const rules = [rule("a"), rule("b", undefined, { optional: true })];
  assertEquals(brokenBy(rules, "1"), "none");
  assertEquals(brokenBy(rules, "1", "2"), "none");
  assertEquals(checkArguments(rules, ["1", "2", "3"], BOUNDS), {
    ok: false,
    rule: "surplus",
    reason: "at most 2 arguments are accepted, got 3",
    position: 3,
  });
  assertEquals(checkArguments(rules, [], BOUNDS), {
    ok: false,
    rule: "missing",
    reason: 'argument 1 "a" is missing',
    position: 1,
  });
  assertEquals(brokenBy([], "1"), "surplus");
  assertEquals(brokenBy([]), "none");
});

Deno.test("a rest rule checks every argument that it takes, and wants one unless it is optional", () => {
  const files = rule("files", { type: "one_of", values: ["a", "b"] }, { rest: true });
  assertEquals(brokenBy([files], "a", "b", "a"), "none");
  assertEquals(brokenBy([files], "a", "b", "c"), "one_of");
  assertEquals(brokenBy([files]), "missing");
  assertEquals(brokenBy([{ ...files, optional: true }]), "none");
  assertEquals(ruleAt([rule("x"), files], 7), files);
  assertEquals(ruleAt([rule("x")], 1), undefined);
});

Deno.test("one_of compares whole texts and names what it wanted", () => {
  const service = rule("service", { type: "one_of", values: ["nginx", "postgres"] });
  assertEquals(brokenBy([service], "nginx"), "none");
  for (const other of ["Nginx", "nginx ", "ngin", ""]) assertEquals(brokenBy([service], other), "one_of");

  const refused = checkArguments([service], ["apache"], BOUNDS);
  assert(!refused.ok);
  assertEquals(refused.reason, 'argument 1 "service" must be one of nginx, postgres, got "apache"');
});

Deno.test("a long one_of list is not repeated whole", () => {
  const values = Array.from({ length: 500 }, (_, index) => `value-${index}`);
  const refused = checkArguments([rule("x", { type: "one_of", values })], ["no"], BOUNDS);
  assert(!refused.ok);
  assertStringIncludes(refused.reason, "value-9 and 490 more");
});

Deno.test("an integer has one spelling and lies within its bounds, both included", () => {
  const seats = rule("seats", { type: "integer", min: -2, max: 10 });
  for (const good of ["-2", "0", "7", "10"]) assertEquals(brokenBy([seats], good), "none");
  const bad = ["-3", "11", "", "+5", "05", "-0", "1.0", "1e1", "0x1", " 1", "1\n", "9".repeat(19), "NaN"];
  for (const text of bad) assertEquals(brokenBy([seats], text), "integer", `integer ${JSON.stringify(text)}`);
});

Deno.test("the length is checked before the pattern sees the text", () => {
  const seen: string[] = [];
  const matchesWhole = (text: string) => seen.push(text) > 0;
  const short = rule("x", { type: "pattern", source: ".*", size: 1, matchesWhole }, { maxBytes: 3 });
  assertEquals(brokenBy([short], "abcd"), "max_bytes");
  assertEquals(brokenBy([short], "x".repeat(21)), "arg_bytes");
  assertEquals(seen, []);
  assertEquals(brokenBy([short], "abc"), "none");
  assertEquals(seen, ["abc"]);
});

Deno.test("a reason repeats only the beginning of what was refused", () => {
  const bounds = { argsCount: 1, argBytes: 1_000_000 };
  const rules = [rule("x", { type: "integer", min: 0, max: 1 }, { maxBytes: 1_000_000 })];
  const refused = checkArguments(rules, ["\x1b".repeat(1_000_000)], bounds);
  assert(!refused.ok);
  assert(refused.reason.length < 400, refused.reason.slice(0, 400));
  assert(!refused.reason.includes("\x1b"));
});

Deno.test("checkArguments never throws, and lets through only what each rule allows", () => {
  const kind: fc.Arbitrary<ArgumentKind> = fc.oneof(
    fc.constant<ArgumentKind>({ type: "any" }),
    fc.array(fc.string(), { minLength: 1, maxLength: 3 }).map((values): ArgumentKind => ({
      type: "one_of",
      values,
    })),
    fc.tuple(fc.integer(), fc.nat()).map(([min, span]): ArgumentKind => ({
      type: "integer",
      min,
      max: min + span,
    })),
    fc.constant<ArgumentKind>({
      type: "pattern",
      source: "a*",
      size: 1,
      matchesWhole: (text) => /^a*$/.test(text),
    }),
  );
  const rules = fc.array(fc.record({ kind, maxBytes: fc.nat(30), optional: fc.boolean() }), {
    maxLength: 5,
  });
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.integer().map(String),
    fc.constantFrom("a", "aa", "\ud800"),
  );
  const property = fc.property(
    rules,
    fc.boolean(),
    fc.array(text, { maxLength: 6 }),
    (drafts, endsInRest, args) => {
      const rules = drafts.map((draft, index): ArgumentRule => ({
        ...draft,
        name: `r${index}`,
        rest: endsInRest && index === drafts.length - 1,
      }));
      const check = checkArguments(rules, args, BOUNDS);
      if (!check.ok) return assert(check.reason.length > 0);
      assert(args.length <= BOUNDS.argsCount);
      assert(args.length <= rules.length || rules.at(-1)?.rest);
      assert(rules.every((rule, index) => rule.optional || index < args.length));
      for (const [index, arg] of args.entries()) {
        const { kind, maxBytes } = ruleAt(rules, index)!;
        assert(
          new TextEncoder().encode(arg).length <= Math.min(maxBytes, BOUNDS.argBytes) && !arg.includes("\0"),
        );
        if (kind.type === "one_of") assert(kind.values.includes(arg));
        if (kind.type === "integer") assert(Number(arg) >= kind.min && Number(arg) <= kind.max);
        if (kind.type === "pattern") assert(kind.matchesWhole(arg));
      }
    },
  );
  fc.assert(property, { numRuns: 500 });
});
