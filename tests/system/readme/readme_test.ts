// The README as a page: its length, and what it must not leave out.

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

Deno.test("the README starts tasks that exist, with one version of Deno", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(join(PROJECT, "deno.json")));
  const starts = [...README.matchAll(/npx -y deno@(\S+) task (\w+)/g)];
  assertEquals(new Set(starts.map(([, version]) => version)), new Set(["2.9.6"]));
  assertEquals(starts.map(([, , task]) => task).filter((task) => !(task! in tasks)), []);
});
