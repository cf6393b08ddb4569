// `deno task compile`: makes the two executables. `programs.ts` has the parts of each, `bundle.ts` joins its modules,
// `deno_compile.ts` makes the executable (`make_executable.ts` calls both), and `compile_stamp.ts` knows whether it is up to date.

import { parseArgs } from "@std/cli/parse-args";
import { relative, resolve } from "node:path";
import { CompileError, RuntimeUnavailableError } from "./compile_job.ts";
import { hashSources, keptExecutable, requestedRuntime, stateOf, writeStamp } from "./compile_stamp.ts";
import { makeExecutable, runtimeIn } from "./make_executable.ts";
import { DIST, jobFor, PROGRAM_NAMES, type ProgramName } from "./programs.ts";

const HELP = `Make the executables dist/rankserver and dist/rankclient.

Usage: deno task compile [OPTIONS]

  --only server|client   make only one of the two
  --out DIR              put them in DIR instead of dist
  --force                make them even if nothing has changed since
  --for-tests            make what is missing or out of date, but never replace an executable by one with another
                         runtime; go on without executables where no runtime is available
  --help                 print this

DENORT_BIN=FILE takes Deno's runtime from FILE, as in \`deno compile\`.
`;

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

interface Options {
  readonly names: readonly ProgramName[];
  readonly folder: string;
  readonly force: boolean;
  readonly forTests: boolean;
}

async function main(words: string[]): Promise<number> {
  const unknown: string[] = [];
  const args = parseArgs(words, {
    boolean: ["force", "for-tests", "help"],
    string: ["only", "out"],
    unknown: (word) => (unknown.push(word), false),
  });
  if (args.help) {
    console.log(HELP);
    return 0;
  }
  const only: string[] = args.only === undefined ? PROGRAM_NAMES : [args.only];
  const names = PROGRAM_NAMES.filter((name) => only.includes(name));
  if (unknown.length > 0 || names.length < only.length || args.out === "") {
    const what = unknown[0] ?? (args.out === "" ? "--out" : `--only ${args.only}`);
    console.error(`Cannot compile: ${what} is not understood.\n\n${HELP}`);
    return EXIT_USAGE;
  }
  const options: Options = {
    names,
    folder: resolve(args.out ?? DIST),
    force: args.force,
    forTests: args["for-tests"],
  };
  try {
    await Deno.mkdir(options.folder, { recursive: true });
    await makeAll(options);
    return 0;
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    console.error(error.message);
    if (!(options.forTests && error instanceof RuntimeUnavailableError)) return EXIT_FAILED;
    console.error("Going on without the executables: their tests are ignored");
    return 0;
  }
}

async function makeAll({ names, folder, force, forTests }: Options): Promise<void> {
  const requested = requestedRuntime();
  let fallback: string | undefined;
  for (const name of names) {
    const job = jobFor(name, folder);
    const shown = relative(Deno.cwd(), job.output);
    const kept = force ? undefined : keptExecutable(shown, await stateOf(job), { requested, forTests });
    if (kept !== undefined) {
      console.log(`${shown} is up to date (Deno ${kept.runtime})`);
      continue;
    }
    console.log(`Compiling ${shown}`);
    const sources = await hashSources(job);
    fallback = await makeExecutable(job, fallback);
    await writeStamp(job.output, { sources, requested, runtime: await runtimeIn(job.output) });
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
