// The version before this one, from the history of the repository: its programs run from their sources.

import { join } from "node:path";
import { type Program, PROJECT } from "../../support/programs/start_process.ts";

export const FORMER_VERSION = "0.1.0";
const COMMIT = "9a0d9c8bc464926f814548440ded1154b1acb59e";
/** What its programs need. */
const PATHS = ["main.ts", "deno.json", "deno.lock", "src", "std"];

export interface FormerVersion extends AsyncDisposable {
  readonly server: Program;
  readonly client: Program;
}

/** Whether the history of this copy of the repository is too short; says so then. */
export async function isFormerVersionMissing(): Promise<boolean> {
  const isThere = await runs("git", ["-C", PROJECT, "cat-file", "-e", `${COMMIT}^{commit}`]);
  if (!isThere) {
    console.log(`Version ${FORMER_VERSION} is not in the history of this copy: its tests are ignored`);
  }
  return !isThere;
}

export async function unpackFormerVersion(): Promise<FormerVersion> {
  const folder = await Deno.makeTempDir();
  const archive = join(folder, "former.tar");
  const paths = ["--output", archive, COMMIT, ...PATHS];
  if (
    !await runs("git", ["-C", PROJECT, "archive", ...paths]) ||
    !await runs("tar", ["-xf", archive, "-C", folder])
  ) throw new Error(`Cannot unpack version ${FORMER_VERSION}`);
  const main = join(folder, "main.ts");
  const program = (name: string): Program => [
    Deno.execPath(),
    "run",
    "--no-prompt",
    "--no-check",
    "--allow-all",
    main,
    name,
  ];
  return {
    server: program("server"),
    client: program("client"),
    async [Symbol.asyncDispose]() {
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function runs(program: string, args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args, stdout: "null", stderr: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
