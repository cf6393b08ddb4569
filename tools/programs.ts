// The two executables: what each is made of, and what it may do.

import { join, resolve } from "node:path";
import type { CompileJob } from "./compile_job.ts";

// The server opens what its configuration names (read), serves it (net), and keeps its store and its control socket
// (write); it reads the whole environment so that a misspelt RANKSERVER_ variable is reported, not ignored. The client
// also starts the programs of its own [run] table (run) and makes its control socket (write). Only the configuration
// knows the paths: these are the permissions at the start, and both programs give up what they no longer need
// (docs/security.md).
// With 10,000 idle clients, the server takes 8.5 instead of 10.7 KB for each when V8 gathers new objects in spaces of
// at most 4 MB; deno.json starts it from source with the same flag.
const PROGRAMS = {
  server: {
    executable: "rankserver",
    entry: "src/cli/rankserver.ts",
    permissions: ["--allow-net", "--allow-read", "--allow-write", "--allow-env"],
    v8Flags: ["--max-semi-space-size=4"],
    workers: ["src/cli/server/files/own_files_worker.ts"],
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

export type ProgramName = keyof typeof PROGRAMS;

export const PROGRAM_NAMES = Object.keys(PROGRAMS) as ProgramName[];

const EXECUTABLE_ENDING = Deno.build.os === "windows" ? ".exe" : "";

const ROOT = resolve(import.meta.dirname!, "..");

export const DIST = join(ROOT, "dist");

export function jobFor(name: ProgramName, folder = DIST): CompileJob {
  const { executable, ...program } = PROGRAMS[name];
  return { root: ROOT, output: join(folder, executable + EXECUTABLE_ENDING), ...program };
}
