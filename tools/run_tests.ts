// `deno task test`: runs every test. Those of whole programs under faults wait most of the time, so they run beside the others.
// Further arguments go to both runs of `deno test`, such as --filter.

import { mergeReports } from "./merge_reports.ts";

const WAITING = ["tests/system/lead", "tests/system/cluster"];
const REPORT = "--junit-path=";

interface TestRun {
  readonly paths: readonly string[];
  readonly ignored: readonly string[];
  readonly report: string | undefined;
}

function start({ paths, ignored, report }: TestRun, args: readonly string[], isShown: boolean) {
  const options = ["test", "--no-prompt", "--allow-all", ...args];
  if (ignored.length > 0) options.push(`--ignore=${ignored.join(",")}`);
  if (report !== undefined) options.push(REPORT + report);
  const output = isShown ? "inherit" : "piped";
  return new Deno.Command(Deno.execPath(), {
    args: [...options, ...paths],
    stdin: "null",
    stdout: output,
    stderr: output,
  }).spawn();
}

const report = Deno.args.find((arg) => arg.startsWith(REPORT))?.slice(REPORT.length);
const second = report === undefined ? undefined : `${report}.waiting`;
const args = Deno.args.filter((arg) => !arg.startsWith(REPORT));

const waiting = start({ paths: WAITING, ignored: [], report: second }, args, false).output();
const { code } = await start({ paths: ["tests/"], ignored: WAITING, report }, args, true).status;
const { code: waitingCode, stdout, stderr } = await waiting;
await Deno.stdout.write(stdout);
await Deno.stderr.write(stderr);
if (report !== undefined && second !== undefined) {
  await Deno.writeTextFile(
    report,
    mergeReports(await Deno.readTextFile(report), await Deno.readTextFile(second)),
  );
  await Deno.remove(second);
}
Deno.exit(code || waitingCode);
