// Expanding a template to an argv: an argument stays one item, none is ignored, none becomes the program.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import type { ArgvTemplate } from "../../src/rules/argv_template.ts";
import type { ArgumentRule } from "../../src/rules/command_rule.ts";
import { expandArgv } from "../../src/rules/argv_template.ts";
import { parseArgvTemplate } from "../../src/rules/parse_argv_template.ts";

function rule(name: string, more: Partial<ArgumentRule> = {}): ArgumentRule {
  return { name, kind: { type: "any" }, optional: false, rest: false, maxBytes: 100, ...more };
}

function template(argv: readonly string[], rules?: readonly ArgumentRule[]): ArgvTemplate {
  const parsed = parseArgvTemplate(argv, rules);
  assert(parsed.ok, `is no template: ${JSON.stringify(argv)}`);
  return parsed.template;
}

/** The argv, or the reason why there is none. */
function expand(argv: readonly string[], args: readonly string[], rules?: readonly ArgumentRule[]) {
  const expanded = expandArgv(template(argv, rules), args, rules);
  return expanded.ok ? expanded.argv : expanded.reason;
}

function problemsOf(
  argv: readonly string[],
  rules?: readonly ArgumentRule[],
): [number | undefined, string][] {
  const parsed = parseArgvTemplate(argv, rules);
  return parsed.ok ? [] : parsed.problems.map(({ item, reason }) => [item, reason]);
}

Deno.test("arguments go to their places by name and by position, and stay one item each", () => {
  const rules = [rule("service"), rule("mode")];
  const nasty = "nginx; rm -rf / $(x) {mode}";
  assertEquals(expand(["systemctl", "{mode}", "--unit={service}"], [nasty, ""], rules), [
    "systemctl",
    "",
    `--unit=${nasty}`,
  ]);
  assertEquals(expand(["cmd", "{2}", "{1}{1}"], ["a", "b"]), ["cmd", "b", "aa"]);
  assertEquals(expand(["cmd", "{2}-{service}"], ["a", "b"], rules), ["cmd", "b-a"]);
});

Deno.test("doubled braces are braces", () => {
  assertEquals(expand(["awk", "{{print ${1}}}", "}}{{"], ["2"]), ["awk", "{print $2}", "}{"]);
  assertEquals(expand(["a{{b}}"], []), ["a{b}"]);
});

Deno.test("an argument that no place uses is refused", () => {
  assertEquals(expand(["uptime"], ["-p"]), "argument 1 is not used by uptime");
  assertEquals(expand(["cmd", "{1}"], ["a", "b"]), "argument 2 is not used by cmd");
});

Deno.test("numbered places have no gap: no command could ever fit", () => {
  assertEquals(problemsOf(["cmd", "{2}"]), [[
    undefined,
    "has no placeholder {1}, so no command can match it",
  ]]);
});

Deno.test("a place that no argument fills is refused, unless its rule is optional", () => {
  assertEquals(expand(["cmd", "{1}", "{2}"], ["a"]), "argument 2 is missing");
  const rules = [rule("a"), rule("b", { optional: true })];
  assertEquals(expand(["cmd", "{a}", "--b={b}", "end"], ["x"], rules), ["cmd", "x", "end"]);
  assertEquals(expand(["cmd", "{a}", "--b={b}", "end"], ["x", "y"], rules), ["cmd", "x", "--b=y", "end"]);
});

Deno.test("a rest place becomes one item for each remaining argument", () => {
  const rules = [rule("mode"), rule("files", { rest: true })];
  assertEquals(expand(["tar", "{mode}", "--", "{files}"], ["-c", "a b", "c"], rules), [
    "tar",
    "-c",
    "--",
    "a b",
    "c",
  ]);
  assertEquals(expand(["tar", "{mode}", "{2}"], ["-c", "a"], rules), ["tar", "-c", "a"]);
  assertEquals(expand(["tar", "{mode}", "{files}"], ["-c"], rules), 'argument 2 "files" is missing');
  const optional = [rule("mode"), rule("files", { rest: true, optional: true })];
  assertEquals(expand(["tar", "{mode}", "{files}"], ["-c"], optional), ["tar", "-c"]);
});

Deno.test("an argument can never be the program, or a part of it", () => {
  for (const program of ["{1}", "/opt/{1}", "{name}"]) {
    assertEquals(problemsOf([program, "x"], program === "{name}" ? [rule("name")] : undefined)[0], [
      0,
      "must not have a placeholder: it is the program",
    ]);
  }
  assertEquals(problemsOf([]), [[undefined, "must begin with a program"]]);
  assertEquals(problemsOf([""]), [[undefined, "must begin with a program"]]);
});

Deno.test("places that nothing can fill are refused when the template is read", () => {
  const rules = [rule("service")];
  assertStringIncludes(
    problemsOf(["x", "{servic}"], rules)[0]![1],
    "unknown placeholder {servic}; the placeholders are {service}",
  );
  assertStringIncludes(problemsOf(["x", "{2}"], rules)[0]![1], "unknown placeholder {2}");
  assertStringIncludes(problemsOf(["x", "{1}"], [])[0]![1], "args is empty");
  for (const place of ["{0}", "{01}", "{}", "{ 1}", "{-1}", "{print $1}"]) {
    assertStringIncludes(
      problemsOf(["x", "ok", place])[0]![1],
      `unknown placeholder ${place}; write {1}, {2}`,
    );
    assertEquals(problemsOf(["x", "ok", place])[0]![0], 2);
  }
});

Deno.test("without rules, names get positions in the order of their first appearance", () => {
  const parsed = parseArgvTemplate(["cp", "--", "{from}", "{to}", "{from}.bak"], undefined);
  assert(parsed.ok);
  assertEquals(expandArgv(parsed.template, ["a", "b"], undefined), {
    ok: true,
    argv: ["cp", "--", "a", "b", "a.bak"],
  });
  assertEquals(expandArgv(parsed.template, ["a"], undefined).ok, false);
  assertEquals(expandArgv(parsed.template, ["a", "b", "c"], undefined).ok, false);
  assertStringIncludes(problemsOf(["x", "{name}", "{1}"])[0]![1], "either names or numbers");
});

Deno.test("stray braces and NUL are refused when the template is read", () => {
  assertEquals(problemsOf(["x", "{"]), [[1, "has a stray {; write {{ for a literal brace"]]);
  assertEquals(problemsOf(["x", "a}", "{1"]).map(([item]) => item), [1, 2]);
  assertEquals(problemsOf(["x", "a\0"]), [[1, "must not contain the NUL character"]]);
});

Deno.test("a rule without a place is refused, because its argument would be ignored", () => {
  assertEquals(problemsOf(["x", "{a}"], [rule("a"), rule("b")]), [
    [undefined, "has no placeholder {b}, so the argument would be ignored"],
  ]);
});

Deno.test("a place that multiplies or drops its item has it for itself", () => {
  assertStringIncludes(problemsOf(["x", "--f={f}"], [rule("f", { rest: true })])[0]![1], "must be {f} alone");
  const rules = [rule("a"), rule("b", { optional: true })];
  assertStringIncludes(problemsOf(["x", "{a}:{b}"], rules)[0]![1], "no placeholder other than {b}");
  assertEquals(problemsOf(["x", "{a}", "{b}:{b}"], rules), []);
});

Deno.test("every argument is in the argv once and unchanged, and the program stays the program", () => {
  const shape = fc.record({ required: fc.nat(4), optional: fc.nat(2), rest: fc.boolean(), given: fc.nat(9) });
  const property = fc.property(
    shape,
    fc.array(fc.string(), { minLength: 9, maxLength: 9 }),
    (shape, texts) => {
      const rules = [
        ...Array.from({ length: shape.required }, (_, index) => rule(`r${index}`)),
        ...Array.from({ length: shape.optional }, (_, index) => rule(`o${index}`, { optional: true })),
        ...(shape.rest ? [rule("rest", { rest: true, optional: true })] : []),
      ];
      const argv = ["program", "fixed", ...rules.map(({ name }) => `{${name}}`)];
      const args = texts.slice(0, shape.given);
      const expanded = expandArgv(template(argv, rules), args, rules);
      const fits = args.length >= shape.required && (shape.rest || args.length <= rules.length);
      assertEquals(expanded.ok, fits);
      if (expanded.ok) assertEquals([...expanded.argv], ["program", "fixed", ...args]);
    },
  );
  fc.assert(property, { numRuns: 500 });
});

Deno.test("no list of texts makes parsing or expanding throw", () => {
  const item = fc.array(fc.constantFrom("{", "}", "{1}", "{2}", "{a}", "{{", "}}", "x", "\0", " "), {
    maxLength: 5,
  })
    .map((parts) => parts.join(""));
  fc.assert(fc.property(fc.array(item, { maxLength: 5 }), fc.array(fc.string()), (argv, args) => {
    const parsed = parseArgvTemplate(argv, undefined);
    if (!parsed.ok) return assert(parsed.problems.length > 0);
    const expanded = expandArgv(parsed.template, args, undefined);
    if (expanded.ok) {
      assertEquals([expanded.argv.length, expanded.argv[0]], [argv.length, parsed.template.program]);
    }
  }));
});
