// The README shows what `deno task demo` prints: the demo is played and compared.

import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../../../", import.meta.url).pathname;
const DEMO_TIMEOUT_MS = 60_000;

/** Ports, tickets and durations differ from one run to the next. */
function withoutNumbersOfTheRun(text: string): string {
  return text.replace(/(?<=127\.0\.0\.1', |port:? )\d+/g, "PORT").replace(/ticket \d+/g, "ticket T").replace(
    /after \d+ ms/g,
    "after N ms",
  )
    .trim();
}

Deno.test("the session in the README is what the demo prints", async () => {
  const readme = await Deno.readTextFile(`${ROOT}README.md`);
  const shown = /`deno task demo`[^\n]*\n\n```text\n(.*?)\n```/s.exec(readme)?.[1];
  assert(shown !== undefined, "the README shows no session");
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
