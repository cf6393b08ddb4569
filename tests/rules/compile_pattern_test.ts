// The pattern engine: whole matches, no stalling, and a plain word about what it leaves out.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { compilePattern } from "../../src/rules/compile_pattern.ts";

async function compiled(source: string): Promise<(text: string) => boolean> {
  const pattern = await compilePattern(source);
  assert(pattern.ok, `does not compile: ${source}`);
  return pattern.matchesWhole;
}

async function refusalOf(source: string): Promise<string> {
  const pattern = await compilePattern(source);
  assert(!pattern.ok, `compiles: ${source}`);
  return pattern.reason;
}

Deno.test("a pattern has to match the whole text", async () => {
  const matches = await compiled("a|ab");
  assertEquals(["a", "ab", "b", "abc", "xa", "a\n", ""].filter(matches), ["a", "ab"]);
  const host = await compiled("[a-z][a-z0-9.-]*");
  assertEquals(["db1.example", "-rf", "a b", "A"].filter(host), ["db1.example"]);
});

Deno.test("line anchors do not let a second line through", async () => {
  const matches = await compiled("(?m)^a$");
  assertEquals(["a", "a\nb", "b\na"].filter(matches), ["a"]);
});

Deno.test("a pattern made to explode elsewhere answers in time here", async () => {
  const text = "a".repeat(4_096);
  for (const source of ["(a+)+b", "(a|a)*b", "(a*)*(a*)*(a*)*=", "(.*){10}x"]) {
    const matches = await compiled(source);
    const start = performance.now();
    assert(!matches(text));
    const tookMs = performance.now() - start;
    assert(tookMs < 2_000, `${source} took ${tookMs} ms`); // backtracking would take longer than the universe
  }
});

Deno.test("look-around and back-references are refused by name", async () => {
  for (const source of ["(?=a)b", "(?!a)b", "(?<=a)b", "(?<!a)b", "(?>a)", "(a)\\1", "(?<n>a)\\k<n>"]) {
    assertStringIncludes(await refusalOf(source), "not supported: look-around and back-references");
  }
});

Deno.test("an invalid pattern is refused with what is wrong in it", async () => {
  assertEquals(await refusalOf("a("), "missing closing ): a(");
  assertEquals(await refusalOf("[z-a]"), "invalid character class range: z-a");
  assertStringIncludes(await refusalOf("(?<a-b>x)"), "invalid named capture");
  assertStringIncludes(await refusalOf("((a{100}){100}){100}"), "repeat count");
});
