// The Debian package of one target, made with dpkg-deb from the files of its archive and those in packaging/debian/.

import { createHash } from "node:crypto";
import { join } from "node:path";
import { type ChangelogPart, debianVersion, renderDebianChangelog } from "./changelog.ts";
import { compress, debianFile } from "./debian_files.ts";
import { runProgram } from "./run_program.ts";
import { type StagedFile, writeTree } from "./staged_tree.ts";

const SCRIPTS = ["postinst", "prerm", "postrm"];
const KIB = 1_024;

export interface DebianPackage {
  readonly version: string;
  /** Debian's name. */
  readonly architecture: string;
  /** The text of LICENSE. */
  readonly licence: string;
  readonly changelog: readonly ChangelogPart[];
  /** The project's packaging/debian/. */
  readonly packaging: string;
  readonly folder: string;
  /** In seconds. */
  readonly epoch: number;
  /** For dpkg-deb, such as ["-Zxz"]. */
  readonly compression: readonly string[];
}

/** @param files those of the archive. @throws {ReleaseError} */
export async function writeDebianPackage(files: readonly StagedFile[], debian: DebianPackage): Promise<void> {
  const { version, architecture, folder, epoch, compression } = debian;
  const stage = await Deno.makeTempDir({ prefix: "rankserver-debian-" });
  try {
    const installed = [
      ...await Promise.all(files.map(debianFile).filter((file) => file !== undefined).map(withDebianPaths)),
      ...await listDebianFiles(debian),
    ];
    await writeTree(stage, installed, epoch);
    await writeTree(stage, await listControlFiles(stage, installed, debian), epoch);
    const output = join(folder, `rankserver_${debianVersion(version)}_${architecture}.deb`);
    await runProgram("dpkg-deb", ["--build", "--root-owner-group", ...compression, stage, output], {
      env: { SOURCE_DATE_EPOCH: `${epoch}` },
    });
  } finally {
    await Deno.remove(stage, { recursive: true });
  }
}

/** Units start what the package installs, also those that are examples. */
async function withDebianPaths(file: StagedFile): Promise<StagedFile> {
  if (!file.path.endsWith(".service") || !isCopy(file.content)) return file;
  const text = await Deno.readTextFile(file.content.copyOf);
  return { ...file, content: text.replaceAll("/usr/local/bin/rank", "/usr/bin/rank") };
}

function isCopy(content: StagedFile["content"]): content is { readonly copyOf: string } {
  return typeof content === "object" && "copyOf" in content;
}

/** The files that only the package has. */
async function listDebianFiles(
  { packaging, licence, changelog, epoch }: DebianPackage,
): Promise<StagedFile[]> {
  const read = (name: string) => Deno.readTextFile(join(packaging, name));
  const maintainer = /^Maintainer: (.*)$/m.exec(await read("control"))![1]!;
  const [, ...paragraphs] = licence.trim().split("\n\n");
  const indented = paragraphs.join("\n\n").split("\n").map((line) => line === "" ? " ." : ` ${line}`);
  const doc = "usr/share/doc/rankserver";
  return [
    { path: "etc/rankserver/server.toml", content: await read("server.toml") },
    {
      path: `${doc}/copyright`,
      content: (await read("copyright")).replace("@LICENSE@", indented.join("\n")),
    },
    {
      path: `${doc}/changelog.gz`,
      content: compress(renderDebianChangelog(changelog, { maintainer, epoch })),
    },
    { path: "usr/share/lintian/overrides/rankserver", content: await read("lintian-overrides") },
  ];
}

async function listControlFiles(
  stage: string,
  installed: readonly StagedFile[],
  { packaging, version, architecture }: DebianPackage,
): Promise<StagedFile[]> {
  let kib = 0;
  let sums = "";
  for (const { path } of installed.toSorted((a, b) => a.path < b.path ? -1 : 1)) {
    const bytes = await Deno.readFile(join(stage, path));
    kib += Math.ceil(bytes.length / KIB);
    if (!path.startsWith("etc/")) sums += `${createHash("md5").update(bytes).digest("hex")}  ${path}\n`;
  }
  const control = (await Deno.readTextFile(join(packaging, "control")))
    .replace("@VERSION@", debianVersion(version)).replace("@ARCHITECTURE@", architecture)
    .replace("@INSTALLED_SIZE@", `${kib}`);
  const copy = (name: string) => ({
    path: `DEBIAN/${name}`,
    isExecutable: SCRIPTS.includes(name),
    content: { copyOf: join(packaging, name) },
  });
  return [
    { path: "DEBIAN/control", content: control },
    { path: "DEBIAN/md5sums", content: sums },
    ...["conffiles", ...SCRIPTS].map(copy),
  ];
}
