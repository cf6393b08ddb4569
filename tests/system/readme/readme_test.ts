// The README as a page: its length, and what it must not leave out.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { README } from "./page.ts";

const MAX_LINES = 150;

Deno.test("the README is short, and says what one server is", () => {
  const lines = README.trimEnd().split("\n").length;
  assert(lines <= MAX_LINES, `${lines} lines`);
  assertStringIncludes(README, "One server is a single point of failure");
});

Deno.test("the README starts the project with the version of Deno that it names everywhere", () => {
  const versions = new Set([...README.matchAll(/npx -y deno@(\S+) task/g)].map(([, version]) => version));
  assertEquals(versions, new Set(["2.9.6"]));
});
