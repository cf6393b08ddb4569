// The README as a page: its length, its links, and what it must not leave out.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { PROJECT } from "../../support/programs/start_process.ts";
import { README } from "./page.ts";

const MAX_LINES = 150;

Deno.test("the README is short, and says what one server is", () => {
  const lines = README.trimEnd().split("\n").length;
  assert(lines <= MAX_LINES, `${lines} lines`);
  assertStringIncludes(README, "One server is a single point of failure");
});

Deno.test("every link of the README leads to a file", async () => {
  const targets = [...README.matchAll(/\]\(([^):#]+)(?:#[^)]*)?\)/g)].map(([, target]) => target!);
  assert(targets.length > 5);
  const missing: string[] = [];
  for (const target of targets) await Deno.stat(join(PROJECT, target)).catch(() => missing.push(target));
  assertEquals(missing, []);
});

Deno.test("the README starts the project with the version of Deno that it names everywhere", () => {
  const versions = new Set([...README.matchAll(/npx -y deno@(\S+) task/g)].map(([, version]) => version));
  assertEquals(versions, new Set(["2.9.6"]));
});
