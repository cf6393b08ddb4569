// Whether an executable is still the one that today's sources make: a small file beside it holds a sum of all
// that went into it, and the size and time of the executable itself.

import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import type { CompileJob } from "./compile_job.ts";

/** Everything in the project that can change an executable. */
const SOURCES = ["deno.json", "deno.lock", "main.ts", "src", "std", "tools"];

interface Stamp {
  inputs: string;
  /** The version of the runtime inside the executable. */
  runtime: string;
  bytes: number;
  /** Undefined where the file system keeps no times. */
  modifiedMs: number | undefined;
}

/** A sum of the sources, the options, the version of Deno and the choice of runtime. */
export async function sumOfInputs(job: CompileJob): Promise<string> {
  const sum = createHash("sha256");
  const { permissions, v8Flags, include, firstArguments } = job;
  const options = [
    permissions,
    v8Flags,
    include,
    firstArguments,
    Deno.version.deno,
    Deno.env.get("DENORT_BIN") ?? "",
  ];
  sum.update(JSON.stringify(options));
  for (const path of (await Promise.all(SOURCES.map((source) => filesUnder(job.root, source)))).flat()) {
    const content = await Deno.readFile(join(job.root, path));
    sum.update(JSON.stringify([path, content.length]));
    sum.update(content);
  }
  return sum.digest("hex");
}

/** The stamp of `output` when it was made from `inputs` and has not been changed since. */
export async function freshStamp(output: string, inputs: string): Promise<Stamp | undefined> {
  try {
    const stamp: Stamp = JSON.parse(await Deno.readTextFile(stampPath(output)));
    const { size, mtime } = await Deno.stat(output);
    const isFresh = stamp.inputs === inputs && stamp.bytes === size && stamp.modifiedMs === mtime?.getTime();
    return isFresh ? stamp : undefined;
  } catch {
    return undefined; // no executable, or no legible stamp: then it is made anew
  }
}

/** To be called when `output` has just been made. */
export async function writeStamp(output: string, inputs: string, runtime: string): Promise<void> {
  const { size, mtime } = await Deno.stat(output);
  const stamp: Stamp = { inputs, runtime, bytes: size, modifiedMs: mtime?.getTime() };
  await Deno.writeTextFile(stampPath(output), JSON.stringify(stamp) + "\n");
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
