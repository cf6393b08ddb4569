// What would fail at the start although the configuration is valid, as warnings for --check: directories that do not
// exist. The start itself finds them again.

import { socketPathFault } from "../../control/mod.ts";
import { folderOf } from "../../config/reader/mod.ts";
import { fullPath } from "./full_path.ts";
import { quoted } from "./private_file.ts";

const MISSING = "does not exist";

/** For a file that the program creates. @param key what names the file, for the message. */
export async function checkNewFile(key: string, path: string): Promise<string[]> {
  if (path === "") return [];
  const folder = folderOf(fullPath(path));
  const fault = await directoryFault(folder);
  if (fault === undefined) return [];
  const remedy = fault === MISSING ? `; ${remedyFor(folder)}` : "";
  return [`${key}: cannot create ${path}: ${folder} ${fault}${remedy}`];
}

/** systemd makes the directories of a unit in /run when it starts it, and removes them when it stops it. */
function remedyFor(folder: string): string {
  const make = `run: mkdir -p ${quoted(folder)}`;
  return folder.startsWith("/run/")
    ? `a systemd unit makes it (RuntimeDirectory=); without one, ${make}`
    : make;
}

/** For a control socket. @param key what names it, for the message. */
export async function checkNewSocket(key: string, path: string): Promise<string[]> {
  const fault = path === "" ? undefined : socketPathFault(path);
  const long = fault === undefined ? [] : [`${key}: cannot open ${path}: ${fault}`];
  return [...long, ...await checkNewFile(key, path)];
}

/** Why a path is not a directory, after its name; `undefined` for a directory, and for one that cannot be checked. */
export async function directoryFault(path: string): Promise<string | undefined> {
  try {
    return (await Deno.stat(path)).isDirectory ? undefined : "is not a directory";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return MISSING;
    return error instanceof Deno.errors.NotADirectory ? "is below a file" : undefined;
  }
}

/** Prints each on standard error: they are no errors, and do not change the exit code. */
export function printWarnings(warnings: readonly string[]): void {
  for (const warning of warnings) console.error(`Warning: ${warning}`);
}

/** The last line of --check. @param config the value of --config */
export function validText(config: string | undefined): string {
  return `${config === "-" ? "Standard input" : config ?? "The configuration"} is valid`;
}
