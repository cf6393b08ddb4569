// `deno task compile`: makes the two executables, each out of its own half of the modules and with the permissions of
// that half. `bundle.ts` joins the modules; how they become an executable is Deno's affair (`deno_runtime.ts`) or, where
// the host of Deno's runtime is out of reach, that of `older_runtime.ts`; whether there is anything to do, that of
// `compile_stamp.ts`.

import { parseArgs } from "@std/cli/parse-args";
import { join, relative, resolve } from "node:path";
import { bundle } from "./bundle.ts";
import { CannotCompile, type CompileJob } from "./compile_job.ts";
import { freshStamp, sumOfInputs, writeStamp } from "./compile_stamp.ts";
import { compileWithDenoRuntime } from "./deno_runtime.ts";
import { announceOlderRuntime, compileWithOlderRuntime, OLDER_RUNTIME } from "./older_runtime.ts";

// The server opens what its configuration names (read), serves it (net), and keeps its store and its control socket
// (write); it reads all of the environment because a misspelt RANKSERVER_ variable is to be told, not ignored. The client
// also starts the programs of its own [run] table (run) and makes its control socket (write). Paths are only known to
// the configuration: so these are the rights at the start, and both give up what they do not need any more
// (docs/security.md).
// With 10,000 idle clients, the server takes 8.5 instead of 10.7 KB for each when V8 gathers new objects in spaces of
// at most 4 MB; deno.json starts it from source with the same flag.
const PROGRAMS = {
  server: {
    executable: "rankserver",
    entry: "src/cli/rankserver.ts",
    permissions: ["--allow-net", "--allow-read", "--allow-write", "--allow-env"],
    v8Flags: ["--max-semi-space-size=4"],
    workers: ["src/cli/own_files_worker.ts"],
  },
  client: {
    executable: "rankclient",
    entry: "src/cli/rankclient.ts",
    permissions: [
      "--allow-net",
      "--allow-read",
      "--allow-write",
      "--allow-env",
      "--allow-run",
      "--allow-ffi",
    ],
    v8Flags: [],
    workers: [],
  },
} as const;

type ProgramName = keyof typeof PROGRAMS;

const HELP = `Make the executables dist/rankserver and dist/rankclient.

Usage: deno task compile [OPTIONS]

  --only server|client   make only one of the two
  --out DIR              put them in DIR instead of dist
  --force                make them even if nothing has changed since
  --help                 print this

DENORT_BIN=FILE takes Deno's runtime from FILE, as in \`deno compile\`.
`;

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

const EXECUTABLE_ENDING = Deno.build.os === "windows" ? ".exe" : "";

const root = resolve(import.meta.dirname!, "..");

async function main(words: string[]): Promise<number> {
  const unknown: string[] = [];
  const args = parseArgs(words, {
    boolean: ["force", "help"],
    string: ["only", "out"],
    unknown: (word) => (unknown.push(word), false),
  });
  if (args.help) {
    console.log(HELP);
    return 0;
  }
  const only = args.only === undefined ? Object.keys(PROGRAMS) : [args.only];
  const names = only.filter((name): name is ProgramName => Object.hasOwn(PROGRAMS, name));
  if (unknown.length > 0 || names.length < only.length || args.out === "") {
    const what = unknown[0] ?? (args.out === "" ? "--out" : `--only ${args.only}`);
    console.error(`Cannot compile: ${what} is not understood.\n\n${HELP}`);
    return EXIT_USAGE;
  }
  const folder = resolve(args.out ?? join(root, "dist"));
  try {
    await Deno.mkdir(folder, { recursive: true });
    await makeAll(names, folder, args.force);
    return 0;
  } catch (error) {
    if (!(error instanceof CannotCompile)) throw error;
    console.error(error.message);
    return EXIT_FAILED;
  }
}

async function makeAll(names: readonly ProgramName[], folder: string, force: boolean): Promise<void> {
  let isDenoRuntimeInReach = true;
  for (const name of names) {
    const { executable, entry, workers, permissions, v8Flags } = PROGRAMS[name];
    const job: CompileJob = {
      root,
      entry,
      output: join(folder, executable + EXECUTABLE_ENDING),
      permissions,
      v8Flags,
      workers,
    };
    const shown = relative(Deno.cwd(), job.output);
    const inputs = await sumOfInputs(job);
    const stamp = force ? undefined : await freshStamp(job.output, inputs);
    if (stamp) {
      console.log(`${shown} is up to date (runtime ${stamp.runtime}).`);
      continue;
    }

    console.log(`Compiling ${shown}`);
    isDenoRuntimeInReach = await makeOne(job, isDenoRuntimeInReach);
    await writeStamp(job.output, inputs, isDenoRuntimeInReach ? Deno.version.deno : OLDER_RUNTIME);
  }
}

/** @returns whether Deno's own runtime was in reach. */
async function makeOne(job: CompileJob, isDenoRuntimeInReach: boolean): Promise<boolean> {
  const folder = await Deno.makeTempDir({ prefix: "rankserver-compile-" });
  try {
    const bundled = await bundle(job, folder);
    if (isDenoRuntimeInReach && await compileWithDenoRuntime(job, bundled)) return true;
    if (isDenoRuntimeInReach) announceOlderRuntime();
    await compileWithOlderRuntime(job, bundled);
    return false;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
