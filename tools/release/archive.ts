// The archive of one target, made with tar and gzip.

import { basename, join, resolve } from "node:path";
import type { GeneratedFile } from "../generate/mod.ts";
import { runProgram } from "./run_program.ts";
import { type StagedFile, writeTree } from "./staged_tree.ts";
import { listProjectFiles } from "./work_tree.ts";

const TOP_FILES = ["LICENSE", "README.md", "CHANGELOG.md"];
/** At the top of the project, examples in a release. */
const EXAMPLES = ["config.example.toml", "client.example.toml"];
const UNIT = /\.(?:service|socket|target|timer)$/;

export interface ArchiveParts {
  readonly root: string;
  /** Their paths. */
  readonly executables: readonly string[];
  readonly generated: readonly GeneratedFile[];
  /** The licences of the packages in the programs. */
  readonly licences: string;
}

/** The files of an archive, below its top directory. The Debian package has the same. */
export async function listArchiveFiles(
  { root, executables, generated, licences }: ArchiveParts,
): Promise<StagedFile[]> {
  const copy = (path: string, from: string, isExecutable = false): StagedFile => ({
    path,
    isExecutable,
    content: { copyOf: resolve(root, from) },
  });
  const documents = await listProjectFiles(root, "docs");
  const examples = await listProjectFiles(root, "examples");
  return [
    ...executables.map((path) => copy(`bin/${basename(path)}`, path, true)),
    ...TOP_FILES.map((path) => copy(path, path)),
    { path: "THIRD_PARTY_LICENSES", content: licences },
    // README.md links to them.
    ...documents.map(({ path }) => copy(path, path)),
    ...EXAMPLES.map((path) => copy(`examples/${path}`, path)),
    ...examples.map(({ path, isExecutable }) =>
      UNIT.test(path) ? copy(`systemd/${basename(path)}`, path) : copy(path, path, isExecutable)
    ),
    ...generated.map(({ path, text }) => ({ path, content: text })),
  ];
}

export interface ArchiveTarget {
  /** The name of the top directory, and of the file without ".tar.gz". */
  readonly name: string;
  readonly folder: string;
  /** In seconds. */
  readonly epoch: number;
  /** gzip's, from 1 to 9. */
  readonly compression: number;
}

/** @throws {ReleaseError} */
export async function writeArchive(
  files: readonly StagedFile[],
  { name, folder, epoch, compression }: ArchiveTarget,
): Promise<void> {
  const stage = await Deno.makeTempDir({ prefix: "rankserver-archive-" });
  try {
    await writeTree(join(stage, name), files, epoch);
    await runProgram("tar", [
      "--create",
      "--format=ustar",
      "--sort=name",
      "--owner=0",
      "--group=0",
      "--numeric-owner",
      `--mtime=@${epoch}`,
      `--use-compress-program=gzip -n -${compression}`,
      `--file=${join(folder, `${name}.tar.gz`)}`,
      `--directory=${stage}`,
      name,
    ]);
  } finally {
    await Deno.remove(stage, { recursive: true });
  }
}
