// The older runtime, out of a package of the npm registry: an executable that `deno compile` made is the runtime
// with the program behind it, and the runtime ends where its ELF image does.

import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { CannotCompile } from "./compile_job.ts";
import { runQuietly } from "./run_quietly.ts";

const PACKAGE = "@mcp-stress/linux-x64";
const PACKAGE_VERSION = "0.2.1";
const FILE_IN_PACKAGE = "bin/mcp-stress";

/** What the cut must come to, whatever the package may one day have in it. */
const DENORT: ImageFacts = {
  bytes: 92_183_912,
  sha256: "1b136202dc147212ad0b129de0c10eb5f17060917c9754c7921cd68f764ad2e2",
};

export interface ImageFacts {
  bytes: number;
  /** In hexadecimal. */
  sha256: string;
}

/** The path of the runtime: in a cache outside of the project, filled from npm on first use. */
export async function denortFromNpm(): Promise<string> {
  const path = join(
    Deno.env.get("XDG_CACHE_HOME") || join(homedir(), ".cache"),
    "rankserver",
    "denort-2.6.10",
  );
  if (await isInCache(path)) return path;
  const temporary = await Deno.makeTempDir({ prefix: "rankserver-denort-" });
  try {
    await installPackage(temporary);
    const executable = await Deno.readFile(join(temporary, "node_modules", PACKAGE, FILE_IN_PACKAGE));
    await store(path, await cutRuntime(executable, DENORT));
  } finally {
    await Deno.remove(temporary, { recursive: true });
  }
  return path;
}

/**
 * The runtime at the head of `executable`.
 *
 * @throws {CannotCompile} when it is not the one that `expected` describes.
 */
export async function cutRuntime(executable: Uint8Array, expected: ImageFacts): Promise<Uint8Array> {
  const bytes = elfImageBytes(executable);
  if (bytes !== expected.bytes || executable.length < bytes) {
    throw new CannotCompile(
      `Cannot take the runtime out of ${PACKAGE}: it has to be ${expected.bytes} bytes long, current value is ${bytes} ` +
        `in a file of ${executable.length}.`,
    );
  }
  const runtime = executable.subarray(0, bytes);
  const sum = await sha256(runtime);
  if (sum !== expected.sha256) {
    throw new CannotCompile(
      `Cannot take the runtime out of ${PACKAGE}: its SHA-256 has to be ${expected.sha256}, current value is ${sum}.`,
    );
  }
  return runtime;
}

/** Where the section header table ends, which the linker puts last (ELF-64 specification, file header). */
export function elfImageBytes(executable: Uint8Array): number {
  const ELF64_HEADER_BYTES = 64;
  const ELF64_LITTLE_ENDIAN = [0x7f, 0x45, 0x4c, 0x46, 2, 1];
  const isElf = executable.length >= ELF64_HEADER_BYTES &&
    ELF64_LITTLE_ENDIAN.every((byte, index) => executable[index] === byte);
  if (!isElf) {
    throw new CannotCompile(
      "Cannot take the runtime out of a file that is no 64-bit little-endian ELF image.",
    );
  }
  const header = new DataView(executable.buffer, executable.byteOffset, ELF64_HEADER_BYTES);
  const sectionTableAt = Number(header.getBigUint64(0x28, true)); // e_shoff
  const sectionEntryBytes = header.getUint16(0x3a, true); // e_shentsize
  const sections = header.getUint16(0x3c, true); // e_shnum
  return sectionTableAt + sectionEntryBytes * sections;
}

async function isInCache(path: string): Promise<boolean> {
  try {
    return await sha256(await Deno.readFile(path)) === DENORT.sha256;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function installPackage(folder: string): Promise<void> {
  console.error(`Fetching ${PACKAGE}@${PACKAGE_VERSION}`);
  const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"];
  await runQuietly("npm", ["install", ...options, "--prefix", folder, `${PACKAGE}@${PACKAGE_VERSION}`], {
    cwd: folder,
  });
}

/** By way of a file beside it, so that nobody ever sees half of it. */
async function store(path: string, runtime: Uint8Array): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  const part = await Deno.makeTempFile({ dir: dirname(path), prefix: "denort-part-" });
  try {
    await Deno.writeFile(part, runtime);
    await Deno.chmod(part, 0o755);
    await Deno.rename(part, path);
  } catch (error) {
    await Deno.remove(part);
    throw error;
  }
}

async function sha256(bytes: Uint8Array): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as BufferSource)).toHex();
}
