// The version of both programs; a test compares it with deno.json.

export const VERSION = "0.2.0";

/** For --version. A bug report needs the runtime too, and an executable has its own. */
export function versionLine(program: "rankserver" | "rankclient"): string {
  return `${program} ${VERSION} (Deno ${Deno.version.deno})`;
}
