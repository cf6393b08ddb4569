// `deno task release`: makes everything that is published of a version, in dist/release/VERSION. docs/releasing.md is for
// those who make one.

import { join, relative, resolve } from "node:path";
import { CompileError } from "../compile_job.ts";
import { runtimeIn } from "../make_executable.ts";
import { DIST, ROOT } from "../programs.ts";
import { readTaskLine, sayWhyNot, TASK_EXIT } from "../task_line.ts";
import { executablesOf, makeExecutables } from "./executables.ts";
import { changelogOf, makeRelease } from "./make_release.ts";
import { refuseRelease } from "./refusals.ts";
import { ReleaseError } from "./release_error.ts";
import { TARGETS } from "./targets.ts";
import { readWorkTree } from "./work_tree.ts";

const TASK = {
  name: "release",
  summary:
    "Make the archives, Debian packages, npm packages, checksums, bill of materials and notes of the version in " +
    "deno.json, from a work tree without changes. The same commit gives the same bytes. Needs x86-64 Linux with git, " +
    "npm, GNU tar and dpkg-deb.",
  numbers: [],
  flags: [
    {
      name: "out",
      value: "DIR",
      help: "Write to DIR/VERSION instead of dist/release/VERSION, and replace what is there.",
    },
    {
      name: "only",
      value: "TARGET",
      help: `Make only this target: ${TARGETS.map(({ name }) => name).join(", ")}.`,
    },
    {
      name: "partial",
      help:
        "Leave out the targets whose runtime Deno cannot download, and accept a version without a date; for a trial.",
    },
    { name: "quick", help: "Compress less, to save time; for a trial." },
    { name: "allow-dirty", help: "Accept a work tree with changes; for a trial." },
  ],
  example: "deno task release --partial --quick",
  failure: "the release could not be made; stderr has the reason",
} as const;

const line = await readTaskLine(TASK, Deno.args);
Deno.exit(line.ok ? await run(line.flags) : sayWhyNot(line));

interface Flags {
  readonly out: string | undefined;
  readonly only: string | undefined;
  readonly partial: boolean;
  readonly quick: boolean;
  readonly "allow-dirty": boolean;
}

async function run(flags: Flags): Promise<number> {
  if (flags.only !== undefined && !TARGETS.some(({ name }) => name === flags.only)) {
    console.error(`Unknown target ${JSON.stringify(flags.only)}\nTry \`deno task release --help\`.`);
    return TASK_EXIT.usage;
  }
  const executables = await Deno.makeTempDir({ prefix: "rankserver-release-" });
  try {
    await release(flags, executables);
    return TASK_EXIT.ok;
  } catch (error) {
    if (!(error instanceof ReleaseError || error instanceof CompileError)) throw error;
    console.error(error.message);
    return TASK_EXIT.failed;
  } finally {
    await Deno.remove(executables, { recursive: true });
  }
}

/** @param built a directory for the executables. @throws {ReleaseError | CompileError} */
async function release(
  { out, only, partial, quick, "allow-dirty": allowDirty }: Flags,
  built: string,
): Promise<void> {
  const tree = await readWorkTree(ROOT);
  const { version, epoch } = tree;
  const changelog = await changelogOf(ROOT, version);
  const isTrial = partial || only !== undefined;
  const refusal = refuseRelease(tree, changelog[0]!, { changes: allowDirty, noDate: isTrial });
  if (refusal !== undefined) throw new ReleaseError(refusal);
  // For everything that is made below, such as the date of the manual pages.
  Deno.env.set("SOURCE_DATE_EPOCH", `${epoch}`);
  const targets = TARGETS.filter(({ name }) => only === undefined || name === only);

  const leftOut = await makeExecutables(targets, built);
  const list = leftOut.map(({ target, reason }) => `Left out ${target.name}: ${reason}`).join("\n");
  const made = targets.filter((target) => !leftOut.some((other) => other.target === target));
  if (made.length === 0) throw new ReleaseError(`Cannot make a release: no target is left\n${list}`);
  if (leftOut.length > 0 && !isTrial) {
    throw new ReleaseError(`${list}\nCannot make a release of all targets; leave these out with --partial`);
  }

  const native = made.find(({ triple }) => triple === Deno.build.target);
  const folder = join(resolve(out ?? join(DIST, "release")), version);
  await emptyFolder(folder);
  await makeRelease({
    root: ROOT,
    version,
    epoch,
    changelog,
    executables: new Map(made.map((target) => [target, executablesOf(target, built)])),
    runtime: native === undefined ? Deno.version.deno : await runtimeIn(executablesOf(native, built)[0]!),
    isQuick: quick,
    folder,
  });
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
  for (const name of names) console.log(relative(Deno.cwd(), join(folder, name)));
  if (list !== "") console.log(list);
}

async function emptyFolder(folder: string): Promise<void> {
  try {
    await Deno.remove(folder, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  await Deno.mkdir(folder, { recursive: true });
}
