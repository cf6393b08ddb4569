// The version of both programs; a test compares it with deno.json.

export const VERSION = "0.1.0";

/** For --version: the runtime matters in a report too, and executables carry their own. */
export function versionLine(program: "rankserver" | "rankclient"): string {
  return `${program} ${VERSION} (Deno ${Deno.version.deno})`;
}
