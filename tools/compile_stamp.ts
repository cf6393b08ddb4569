// Whether an executable is up to date. A small file next to it, the stamp, has a hash of everything it was compiled from,
// its runtime, and its own size and time.

import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { CompileError, type CompileJob } from "./compile_job.ts";

/** Everything in the project that can change an executable. */
const SOURCES = ["deno.json", "deno.lock", "src", "std", "tools"];

export interface Stamp {
  /** The result of {@linkcode hashSources}. */
  readonly sources: string;
  /** The result of {@linkcode requestedRuntime}. */
  readonly requested: string;
  /** The version of the runtime inside the executable. */
  readonly runtime: string;
  readonly bytes: number;
  /** Undefined if the file system has no times. */
  readonly modifiedMs: number | undefined;
}

export type ExecutableState =
  /** There is no such file. */
  | { readonly kind: "missing" }
  | { readonly kind: "current"; readonly stamp: Stamp }
  /** The sources have changed since it was compiled. */
  | { readonly kind: "outdated"; readonly stamp: Stamp }
  /** `deno task compile` did not make it, or it was changed since. */
  | { readonly kind: "foreign" };

/** A hash of the sources and the options. */
export async function hashSources(
  { root, entry, workers, permissions, v8Flags }: CompileJob,
): Promise<string> {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([entry, workers, permissions, v8Flags]));
  for (const path of (await Promise.all(SOURCES.map((source) => filesUnder(root, source)))).flat()) {
    const content = await Deno.readFile(join(root, path));
    hash.update(JSON.stringify([path, content.length]));
    hash.update(content);
  }
  return hash.digest("hex");
}

/** The runtime that compiling now would use, as shown to the user. */
export function requestedRuntime(): string {
  const denort = Deno.env.get("DENORT_BIN");
  return denort ? `DENORT_BIN=${denort}` : `Deno ${Deno.version.deno}`;
}

export async function stateOf(job: CompileJob): Promise<ExecutableState> {
  let file: Deno.FileInfo;
  try {
    file = await Deno.stat(job.output);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { kind: "missing" };
    throw error;
  }
  const stamp = await readStamp(job.output);
  if (stamp?.bytes !== file.size || stamp.modifiedMs !== file.mtime?.getTime()) return { kind: "foreign" };
  return { kind: stamp.sources === await hashSources(job) ? "current" : "outdated", stamp };
}

export interface CompileRequest {
  /** The runtime that compiling now would ask for. */
  readonly requested: string;
  /** For the tests, which use the executable that exists: it is never replaced by one with another runtime. */
  readonly forTests: boolean;
}

/**
 * @param shown the name of the executable in messages.
 * @returns the stamp of an executable to keep; undefined: it has to be compiled.
 * @throws {CompileError} if the user has to decide.
 */
export function keptExecutable(
  shown: string,
  state: ExecutableState,
  { requested, forTests }: CompileRequest,
): Stamp | undefined {
  const advice = "Run `deno task compile` with the runtime to be tested";
  switch (state.kind) {
    case "missing":
      return undefined;
    case "current":
      return forTests || state.stamp.requested === requested ? state.stamp : undefined;
    case "outdated":
      if (!forTests || state.stamp.requested === requested) return undefined;
      throw new CompileError(
        `Cannot test ${shown}: it is older than its sources and was compiled with ${state.stamp.requested}, ` +
          `current value is ${requested}. ${advice}`,
      );
    case "foreign":
      if (!forTests) return undefined;
      throw new CompileError(`Cannot test ${shown}: it was not made by \`deno task compile\`. ${advice}`);
  }
}

/** To be called right after `output` was made. */
export async function writeStamp(
  output: string,
  made: Pick<Stamp, "sources" | "requested" | "runtime">,
): Promise<void> {
  const { size, mtime } = await Deno.stat(output);
  const { sources, requested, runtime } = made;
  const stamp: Stamp = { sources, requested, runtime, bytes: size, modifiedMs: mtime?.getTime() };
  await Deno.writeTextFile(stampPath(output), JSON.stringify(stamp) + "\n");
}

async function readStamp(output: string): Promise<Stamp | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(stampPath(output)));
  } catch {
    return undefined; // none, or one that another version of this project wrote
  }
}

function stampPath(output: string): string {
  return join(dirname(output), `.${basename(output)}.json`);
}

async function filesUnder(root: string, path: string): Promise<string[]> {
  if ((await Deno.stat(join(root, path))).isFile) return [path];
  const entries = await Array.fromAsync(Deno.readDir(join(root, path)));
  const names = entries.map((entry) => entry.name).sort();
  return (await Promise.all(names.map((name) => filesUnder(root, join(path, name))))).flat();
}
