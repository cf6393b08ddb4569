// The executables that are measured: rankserver, compiled first when it is older than its sources, and for the parts of
// a start two programs that are compiled in the same way.

import { join } from "node:path";
import { makeExecutable } from "../../tools/make_executable.ts";
import { jobFor } from "../../tools/programs.ts";

export type Argv = readonly [string, ...string[]];

/** As in `deno task start`. */
const PERMISSIONS = ["--allow-net", "--allow-read", "--allow-write", "--allow-env"];
const V8_FLAGS = "--v8-flags=--max-semi-space-size=4";

/** How rankserver is started from its sources. */
export function rankserverSource(root: string): Argv {
  return [...denoRun(), join(root, "main.ts"), "server"];
}

/** @throws unless dist/rankserver is what its sources make. */
export async function rankserverExecutable(root: string): Promise<Argv> {
  const executable = join(root, "dist/rankserver");
  const compile = new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "compile", "--only", "server", "--for-tests"],
    cwd: root,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  });
  const { success, stdout } = await compile.output();
  await Deno.stderr.write(stdout);
  if (!success || !await exists(executable)) {
    throw new Error("Cannot measure the executable, see above; --source measures the sources");
  }
  return [executable];
}

/** The version of the runtime in the executable, as the note beside it says. */
export async function compiledRuntime(root: string): Promise<string> {
  const note = await Deno.readTextFile(join(root, "dist/.rankserver.json"));
  return (JSON.parse(note) as { runtime: string }).runtime;
}

/** Programs that report their own times (`bench/startup/`). */
export interface TimedPrograms {
  readonly server: Argv;
  readonly empty: Argv;
}

/** @param isSource whether they are to run from their sources. */
export async function timedPrograms(root: string, folder: string, isSource: boolean): Promise<TimedPrograms> {
  const entry = (name: string) => `bench/startup/${name}.ts`;
  if (isSource) {
    const run = (name: string): Argv => [...denoRun(), join(root, entry(name))];
    return { server: run("timed_server"), empty: run("empty") };
  }
  let fallback: string | undefined;
  const make = async (name: string): Promise<Argv> => {
    const output = join(folder, name);
    const job = { ...jobFor("server"), entry: entry(name), workers: undefined, output };
    fallback = await makeExecutable(job, fallback);
    return [output];
  };
  return { server: await make("timed_server"), empty: await make("empty") };
}

function denoRun(): Argv {
  return [Deno.execPath(), "run", "--no-prompt", V8_FLAGS, ...PERMISSIONS];
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
