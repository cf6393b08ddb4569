// docs/rankclient.md shows what `deno task demo` prints: the demo is played and compared.

import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../../../", import.meta.url).pathname;
const DEMO_TIMEOUT_MS = 60_000;

/** Times of day, ports, tickets and durations differ from one run to the next. */
function withoutNumbersOfTheRun(text: string): string {
  return text.replace(/\b(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d(?:\.\d+)?Z?\b/g, "TIME")
    .replace(/(?<=127\.0\.0\.1(?:', |:)|port:? )\d+/g, "PORT").replace(/ticket \d+/g, "ticket T")
    .replace(/\d+(?:\.\d+)? (?:ms|s)\b/g, "N ms").trim();
}

Deno.test("the session in docs/rankclient.md is what the demo prints", async () => {
  const page = await Deno.readTextFile(`${ROOT}docs/rankclient.md`);
  const shown = /`deno task demo`[^\n]*\n\n```text\n(.*?)\n```/s.exec(page)?.[1];
  assert(shown !== undefined, "the page shows no session");
  const demo = new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "demo"],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stderr: "inherit",
    signal: AbortSignal.timeout(DEMO_TIMEOUT_MS),
  });
  const { code, stdout } = await demo.output();
  assertEquals(code, 0);
  assertEquals(withoutNumbersOfTheRun(new TextDecoder().decode(stdout)), withoutNumbersOfTheRun(shown));
});

Deno.test("the version is the same in the project file and in the programs", async () => {
  const { version } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  const { VERSION } = await import("../../../src/cli/shared/version.ts");
  assertEquals(VERSION, version);
});
