// Where the time of rankserver's start goes: medians of several starts with a stop watch inside.

import type { StepResult } from "../load/load_generator.ts";
import { summarize } from "../report/statistics.ts";
import { freePort } from "../servers/running.ts";
import type { TimedPrograms } from "../servers/executables.ts";
import type { Marks } from "../startup/marks.ts";
import { startupParts } from "../startup/parts.ts";
import type { BenchSetup } from "./bench_setup.ts";
import { STARTS } from "./startup.ts";

export async function measureStartupParts(
  { load }: BenchSetup,
  programs: TimedPrograms,
): Promise<StepResult> {
  const flags = ["--port", `${freePort()}`, "--max-clients", "2", "--commands", "ping"];
  const start = async (argv: readonly string[]) => await load.startTimed(argv) as unknown as Marks;
  const starts: Record<string, number>[] = [];
  // The first start brings the executables into memory.
  for (let i = 0; i <= STARTS; i++) {
    const empty = await start(programs.empty);
    const parts = startupParts(await start([...programs.server, ...flags]));
    if (i > 0) starts.push({ ...parts, empty: empty.loaded - empty.started });
  }
  const fields = Object.keys(starts[0]!);
  return Object.fromEntries(
    fields.map((field) => [field, summarize(starts.map((parts) => parts[field]))!.median]),
  );
}
