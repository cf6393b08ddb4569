// The two programs as they run from their sources, and as executables where these have been made.

import { join } from "node:path";
import { CLIENT, isMissing, SERVER } from "../../../support/programs/executables.ts";
import { type Program, PROJECT } from "../../../support/programs/start_process.ts";

/** Both programs, each with its first arguments. */
export interface Programs {
  readonly name: "sources" | "executables";
  readonly server: Program;
  readonly client: Program;
}

/** Set to "sources" or "executables": only these are tested. */
const PROGRAMS_VARIABLE = "LEAD_PROGRAMS";

const PERMISSIONS = ["net", "read", "write", "env", "run", "sys", "ffi"].map((name) => `--allow-${name}`);
const FROM_SOURCES: Program = [
  Deno.execPath(),
  "run",
  "--quiet",
  "--no-prompt",
  ...PERMISSIONS,
  join(PROJECT, "main.ts"),
];

export const SOURCES: Programs = {
  name: "sources",
  server: [...FROM_SOURCES, "server"],
  client: [...FROM_SOURCES, "client"],
};

/** `undefined` where one of the two has not been made. @throws when one was not made of these sources. */
export async function executables(): Promise<Programs | undefined> {
  if (await isMissing("server") || await isMissing("client")) return undefined;
  return { name: "executables", server: SERVER, client: CLIENT };
}

/** What is to be tested: the executables where they have been made, and the sources. */
export async function programsToTest(): Promise<readonly Programs[]> {
  const only = Deno.env.get(PROGRAMS_VARIABLE);
  const compiled = only === "sources" ? undefined : await executables();
  if (only === undefined) return compiled === undefined ? [SOURCES] : [compiled, SOURCES];
  if (only === "sources") return [SOURCES];
  if (only !== "executables" || compiled === undefined) {
    throw new Error(
      `${PROGRAMS_VARIABLE} is "sources" or, when these have been made, "executables"; got "${only}"`,
    );
  }
  return [compiled];
}
