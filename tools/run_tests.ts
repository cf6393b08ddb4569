// `deno task test`: runs every test. Those of whole programs under faults wait most of the time, so they run beside the others.
// Further arguments go to each run of `deno test`, such as --filter.

import { mergeReports } from "./merge_reports.ts";

const WAITING = ["tests/system/lead", "tests/system/cluster"];
/** Checked with the types of a browser. In one run with the others, their failure would keep those from being run. */
const PAGE = ["tests/web/page"];
const REPORT = "--junit-path=";

interface TestRun {
  readonly paths: readonly string[];
  readonly ignored?: readonly string[];
  readonly report: string | undefined;
}

function start({ paths, ignored = [], report }: TestRun, output: "inherit" | "piped") {
  const options = ["test", "--no-prompt", "--allow-all", ...args];
  if (ignored.length > 0) options.push(`--ignore=${ignored.join(",")}`);
  if (report !== undefined) options.push(REPORT + report);
  return new Deno.Command(Deno.execPath(), {
    args: [...options, ...paths],
    stdin: "null",
    stdout: output,
    stderr: output,
  }).spawn();
}

const report = Deno.args.find((arg) => arg.startsWith(REPORT))?.slice(REPORT.length);
const args = Deno.args.filter((arg) => !arg.startsWith(REPORT));
const partOf = (name: string) => report === undefined ? undefined : `${report}.${name}`;

const waiting = start({ paths: WAITING, report: partOf("waiting") }, "piped").output();
const page = await start({ paths: PAGE, report: partOf("page") }, "inherit").status;
const others = await start({ paths: ["tests/"], ignored: [...WAITING, ...PAGE], report }, "inherit").status;
const { code, stdout, stderr } = await waiting;
await Deno.stdout.write(stdout);
await Deno.stderr.write(stderr);
if (report !== undefined) {
  for (const part of [`${report}.waiting`, `${report}.page`]) {
    const merged = mergeReports(await Deno.readTextFile(report), await Deno.readTextFile(part));
    await Deno.writeTextFile(report, merged);
    await Deno.remove(part);
  }
}
Deno.exit(page.code || others.code || code);
