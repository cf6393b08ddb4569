// Writes the files of a release into one directory, from executables that are there. The same input gives the same bytes.

import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { releaseFiles } from "../generate/mod.ts";
import { makePackages } from "../npm/main.ts";
import { listArchiveFiles, writeArchive } from "./archive.ts";
import { type ChangelogPart, findPart, readChangelog, renderNotes } from "./changelog.ts";
import { writeDebianPackage } from "./debian_package.ts";
import { readLicences, readLock, renderLicences } from "./packages.ts";
import { renderSbom } from "./sbom.ts";
import type { Target } from "./targets.ts";

export interface ReleasePlan {
  /** The directory of deno.json. */
  readonly root: string;
  readonly version: string;
  /** Of the commit, in seconds. */
  readonly epoch: number;
  readonly changelog: readonly ChangelogPart[];
  /** The targets, with the paths of their executables. */
  readonly executables: ReadonlyMap<Target, readonly string[]>;
  /** The version of Deno in the executables. */
  readonly runtime: string;
  /** Compress little: for a trial. */
  readonly isQuick: boolean;
  /** Where the release goes; exists and is empty. */
  readonly folder: string;
}

/** @throws {ReleaseError} */
export async function makeRelease(plan: ReleasePlan): Promise<void> {
  const { root, version, epoch, changelog, executables, runtime, isQuick, folder } = plan;
  const lock = await readLock(root);
  const licences = await readLicences(root, lock);
  const generated = await releaseFiles();
  const licence = await Deno.readTextFile(join(root, "LICENSE"));
  for (const [target, paths] of executables) {
    const parts = { root, executables: paths, generated, licences: renderLicences(licences) };
    const files = await listArchiveFiles(parts);
    const name = `rankserver-${version}-${target.name}`;
    await writeArchive(files, { name, folder, epoch, compression: isQuick ? 1 : 6 });
    if (target.debian === undefined) continue;
    await writeDebianPackage(files, {
      version,
      architecture: target.debian,
      licence,
      changelog,
      packaging: join(root, "packaging", "debian"),
      folder,
      epoch,
      compression: isQuick ? ["-Zgzip", "-z1"] : ["-Zxz"],
    });
  }
  await copyNpmPackages(root, folder);
  const sbom = renderSbom({ version, epoch, lock, licences, runtime });
  await Deno.writeTextFile(join(folder, `rankserver-${version}.cdx.json`), sbom);
  await Deno.writeTextFile(join(folder, "RELEASE_NOTES.md"), renderNotes(findPart(changelog, version)));
  await Deno.writeTextFile(join(folder, "SHA256SUMS"), await sumsOf(folder));
}

async function copyNpmPackages(root: string, folder: string): Promise<void> {
  const made = await Deno.makeTempDir({ prefix: "rankserver-npm-" });
  try {
    for (const path of await makePackages(root, made)) {
      await Deno.copyFile(path, join(folder, basename(path)));
    }
  } finally {
    await Deno.remove(made, { recursive: true });
  }
}

/** @throws {ReleaseError} if it has nothing about the version */
export async function changelogOf(root: string, version: string): Promise<readonly ChangelogPart[]> {
  const parts = readChangelog(await Deno.readTextFile(join(root, "CHANGELOG.md")));
  const newest = parts.indexOf(findPart(parts, version));
  return parts.slice(newest);
}

/** For `sha256sum --check`. */
async function sumsOf(folder: string): Promise<string> {
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
  const lines = names.map(async (name) => {
    const sum = createHash("sha256").update(await Deno.readFile(join(folder, name))).digest("hex");
    return `${sum}  ${name}\n`;
  });
  return (await Promise.all(lines)).join("");
}
