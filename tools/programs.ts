// The two executables: their entry points and their permissions.

import { join, resolve } from "node:path";
import type { CompileJob } from "./compile_job.ts";

// The server reads the files that its configuration names (read), listens (net), writes its store and its control socket
// (write), and reads the whole environment, to report a misspelt RANKSERVER_ variable. Where systemd starts it, it calls the
// C library (ffi). The client also starts the programs
// of its [run] table (run) and creates its control socket (write). Only the configuration has the paths, so these are the
// permissions at the start; both programs revoke those that they no longer need (docs/security.md).
// With 10,000 idle clients, the server takes 8.5 instead of 10.7 KB for each if V8's space for new objects is at most
// 4 MB; deno.json has the same flag for a start from source.
const PROGRAMS = {
  server: {
    executable: "rankserver",
    entry: "src/cli/rankserver.ts",
    permissions: ["--allow-net", "--allow-read", "--allow-write", "--allow-env", "--allow-ffi"],
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

export const ROOT = resolve(import.meta.dirname!, "..");

export const DIST = join(ROOT, "dist");

export function jobFor(name: ProgramName, folder = DIST): CompileJob {
  const { executable, ...program } = PROGRAMS[name];
  return { root: ROOT, output: join(folder, executable + EXECUTABLE_ENDING), ...program };
}
