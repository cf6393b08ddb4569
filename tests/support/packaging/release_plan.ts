// A release of made-up executables, which are small: everything but their content is as in a real one.

import { join } from "node:path";
import { readChangelog } from "../../../tools/release/changelog.ts";
import type { ReleasePlan } from "../../../tools/release/make_release.ts";
import { TARGETS } from "../../../tools/release/targets.ts";
import { PROJECT } from "../programs/start_process.ts";

const CHANGELOG = "## 0.2.0 (2027-01-31)\n\n- One change.\n";

/** Of Linux and Windows, below `folder`, which exists. */
export async function planRelease(folder: string): Promise<ReleasePlan> {
  const plan = {
    root: PROJECT,
    version: "0.2.0",
    epoch: 1_800_000_000,
    changelog: readChangelog(CHANGELOG),
    executables: new Map<typeof TARGETS[number], string[]>(),
    runtime: "2.9.6",
    isQuick: true,
    folder: join(folder, "release"),
  };
  await Deno.mkdir(plan.folder);
  for (const target of TARGETS.filter(({ name }) => name === "linux-x86_64" || name === "windows-x86_64")) {
    const paths = ["rankserver", "rankclient"].map((name) => join(folder, name + target.ending));
    for (const path of paths) await Deno.writeTextFile(path, `#!/bin/sh\necho made up\n`);
    plan.executables.set(target, paths);
  }
  return plan;
}
