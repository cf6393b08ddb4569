// The two programs as they run from their sources, and as executables where these have been made.

import { join } from "node:path";
import { compiledClient } from "../../executables/compiled_client.ts";
import { compiledServer, PROJECT } from "../../server/start_process.ts";

/** Both programs, each with its first arguments. */
export interface Programs {
  readonly name: "sources" | "executables";
  readonly server: readonly string[];
  readonly client: readonly string[];
}

/** Set to "sources" or "executables": only these are tested. */
export const PROGRAMS_VARIABLE = "LEAD_PROGRAMS";

const PERMISSIONS = ["net", "read", "write", "env", "run", "sys"].map((name) => `--allow-${name}`);
const FROM_SOURCES = [
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

/** Makes them when they are not up to date. */
export async function executables(): Promise<Programs> {
  return { name: "executables", server: await compiledServer(), client: await compiledClient() };
}

/** What is to be tested: the executables where they have been made once, and the sources. */
export async function programsToTest(): Promise<readonly Programs[]> {
  const only = Deno.env.get(PROGRAMS_VARIABLE);
  if (only === "sources") return [SOURCES];
  if (only === "executables") return [await executables()];
  if (only !== undefined) {
    throw new Error(`${PROGRAMS_VARIABLE} is "sources" or "executables", got "${only}"`);
  }
  return await haveBeenMade() ? [await executables(), SOURCES] : [SOURCES];
}

async function haveBeenMade(): Promise<boolean> {
  try {
    for (const name of ["rankserver", "rankclient"]) await Deno.stat(join(PROJECT, "dist", name));
    return true;
  } catch {
    return false;
  }
}
