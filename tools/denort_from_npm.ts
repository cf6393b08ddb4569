// Gets Deno's runtime for executables, denort, from the npm registry: a package there contains an executable made by
// `deno compile`, which has the runtime in it. The program of that package is not used.

import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { CompileError, RuntimeUnavailableError } from "./compile_job.ts";
import { type DenortImage, restoreImage, sha256 } from "./denort_image.ts";

export const DENORT_VERSION = "2.9.4";

const PACKAGE = "@chelonia/cli-x64-linux@3.4.0";
/** Of the tarball, as published by npm. */
const INTEGRITY =
  "sha512-ey7BqNiIOY2PkpN/UYxjpmOG1A7HmplyadP80omXTG1DVu1fbz7ro/d4gRPtHaxPRkNJTS24lDejc5/rT/3RMA==";
const FILE_IN_PACKAGE = "package/chel";

const COMES_WITH = { npm: "Node", tar: "every Linux system" } as const;

const DENORT: DenortImage = {
  bytes: 83_911_840,
  programHeadersAt: 64,
  programHeaders: 12,
  sha256: "97de6e1f0d627ac4ee95a3a5ebde43ebe442002b99e96c641059c2c784148682",
};

/**
 * The path of the runtime, in a cache outside the project that the first use fills from npm.
 *
 * @throws {CompileError} if npm fails, or delivers something unexpected.
 */
export async function denortFromNpm(): Promise<string> {
  const cache = Deno.env.get("XDG_CACHE_HOME") || join(homedir(), ".cache");
  const path = join(cache, "rankserver", `denort-${DENORT_VERSION}`);
  if (await isInCache(path)) return path;
  const folder = await Deno.makeTempDir({ prefix: "rankserver-denort-" });
  try {
    const executable = await fetchExecutable(folder);
    await store(path, await restoreImage(await readStart(executable, DENORT.bytes), DENORT));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return path;
}

/** @throws {CompileError} if the tarball does not have the hash `integrity`, in npm's form. */
export async function verifyIntegrity(tarball: Uint8Array, integrity: string): Promise<void> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-512", tarball as BufferSource));
  const actual = `sha512-${digest.toBase64()}`;
  if (actual === integrity) return;
  throw new CompileError(
    `Cannot use ${PACKAGE}: expected integrity ${integrity}, current value is ${actual}`,
  );
}

async function isInCache(path: string): Promise<boolean> {
  try {
    return await sha256(await Deno.readFile(path)) === DENORT.sha256;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** @returns the path of the executable, in `folder`. */
async function fetchExecutable(folder: string): Promise<string> {
  console.error(`Fetching ${PACKAGE} from npm`);
  try {
    await runQuietly("npm", ["pack", "--ignore-scripts", "--loglevel=error", PACKAGE], folder);
  } catch (cause) {
    if (!(cause instanceof CompileError)) throw cause;
    throw new RuntimeUnavailableError(cause.message, { cause });
  }
  const [tarball] = (await Array.fromAsync(Deno.readDir(folder))).filter(({ name }) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new CompileError(`Cannot fetch ${PACKAGE}: npm pack wrote no tarball`);
  await verifyIntegrity(await Deno.readFile(join(folder, tarball.name)), INTEGRITY);
  await runQuietly("tar", ["-xzf", tarball.name, FILE_IN_PACKAGE], folder);
  return join(folder, FILE_IN_PACKAGE);
}

async function readStart(path: string, bytes: number): Promise<Uint8Array> {
  using file = await Deno.open(path);
  const start = new Uint8Array(bytes);
  let filled = 0;
  while (filled < bytes) {
    const count = await file.read(start.subarray(filled));
    if (count === null) break;
    filled += count;
  }
  return start.subarray(0, filled);
}

/** Writes a temporary file and renames it, so that no other process sees a part of it. */
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

/** Shows the output of a program only if it fails. @throws {CompileError} if it is missing or fails. */
async function runQuietly(
  program: keyof typeof COMES_WITH,
  args: readonly string[],
  cwd: string,
): Promise<void> {
  const { success, stdout, stderr } = await outputOf(program, args, cwd);
  if (success) return;
  await Deno.stderr.write(stdout);
  await Deno.stderr.write(stderr);
  throw new CompileError(`Cannot compile: ${program} ${args.join(" ")} failed, see above`);
}

async function outputOf(
  program: keyof typeof COMES_WITH,
  args: readonly string[],
  cwd: string,
): Promise<Deno.CommandOutput> {
  try {
    return await new Deno.Command(program, {
      args: [...args],
      cwd,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new CompileError(
      `Cannot compile: ${program} is not installed; it comes with ${COMES_WITH[program]}`,
      { cause },
    );
  }
}
