// Runs `rankserver init`: reads the flags, makes the files of a use and writes them, and prints what to do next.

import { findNearestName } from "../../../spelling/mod.ts";
import { FileError, parseFlags, printAnswer, printHelp, revoke, SERVER_EXIT } from "../../shared/mod.ts";
import { initFiles } from "./init_files.ts";
import { INIT_PAGE } from "./init_page.ts";
import { summaryOf } from "./summary.ts";
import { listeningHost, parseTlsNames } from "./tls_names.ts";
import { type Surroundings, USE_NAMES, type UseName } from "./use.ts";
import { USES } from "./uses.ts";
import { writeNewFiles } from "./write_new_files.ts";

/** @param args the words after the command. @returns the exit code. */
export async function initCommand(args: readonly string[]): Promise<number> {
  revoke("net", "run");
  const parsed = parseFlags(INIT_PAGE.flags, args);
  if (!parsed.ok) return refuse(parsed.message);
  if (parsed.values.help) return await printHelp({ settings: [], ...INIT_PAGE }, SERVER_EXIT);
  const [use, directory = ".", surplus] = [...parsed.positionals, ...parsed.afterDashes];
  if (use === undefined) return refuse("Missing argument: USE (standby, fleet or floor)");
  if (!isUse(use)) return refuse(unknownUse(use));
  if (surplus !== undefined) return refuse(`Unexpected argument "${surplus}"`);
  if (directory === "") return refuse("DIRECTORY must not be empty; omit it for the working directory");
  const names = parsed.values.tls === undefined ? undefined : parseTlsNames(parsed.values.tls);
  if (names?.ok === false) return refuse(names.message);
  const surroundings: Surroundings = {
    host: names === undefined ? "127.0.0.1" : listeningHost(names.names),
    tlsNames: names?.names,
  };
  try {
    return await write(use, directory, surroundings);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    console.error(error.message);
    return SERVER_EXIT.failed;
  }
}

/** @throws {FileError} */
async function write(name: UseName, directory: string, surroundings: Surroundings): Promise<number> {
  const use = USES[name];
  const { tlsNames } = surroundings;
  const issued = tlsNames === undefined ? undefined : await issue(tlsNames);
  await writeNewFiles(directory, await initFiles(use, surroundings, issued));
  return printAnswer(summaryOf({ use, directory, surroundings, expires: issued?.expires }), SERVER_EXIT);
}

async function issue(names: readonly string[]) {
  const { issueCertificates } = await import("./issue_certificates.ts");
  return await issueCertificates(names, Date.now());
}

function isUse(word: string): word is UseName {
  return (USE_NAMES as readonly string[]).includes(word);
}

function unknownUse(word: string): string {
  const nearest = findNearestName(word, USE_NAMES);
  const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  return `The first argument must be standby, fleet or floor, got "${word}"${hint}`;
}

function refuse(message: string): number {
  console.error(`${message}\nRun rankserver init --help for flags and examples`);
  return SERVER_EXIT.usage;
}
