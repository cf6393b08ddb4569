// `deno task test`: runs every test. Those of whole programs under faults wait most of the time, so they run beside the others.
// Further arguments go to both runs of `deno test`, such as --filter.

import { mergeReports } from "./merge_reports.ts";

const WAITING = ["tests/system/lead", "tests/system/cluster"];
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
const second = report === undefined ? undefined : `${report}.waiting`;

const waiting = start({ paths: WAITING, report: second }, "piped").output();
const others = await start({ paths: ["tests/"], ignored: WAITING, report }, "inherit").status;
const { code, stdout, stderr } = await waiting;
await Deno.stdout.write(stdout);
await Deno.stderr.write(stderr);
if (report !== undefined && second !== undefined) {
  const merged = mergeReports(await Deno.readTextFile(report), await Deno.readTextFile(second));
  await Deno.writeTextFile(report, merged);
  await Deno.remove(second);
}
Deno.exit(others.code || code);
