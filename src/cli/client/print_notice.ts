// What rankclient says before it runs, on standard error. Standard output is for answers.

import type { Notice } from "../../client/output/mod.ts";
import { CLIENT_EXIT } from "../shared/mod.ts";

/** Prints a message: with --json as an event. Loads what makes them only then, since most starts say nothing. */
export async function printNotice(event: Notice, message: string, isJson: boolean): Promise<void> {
  const { noticeLine } = await import("../../client/output/mod.ts");
  console.error(noticeLine(event, message, isJson));
}

/** Prints each warning: they are no errors, and do not change the exit code. */
export async function printWarnings(warnings: readonly string[], isJson: boolean): Promise<void> {
  for (const warning of warnings) {
    await printNotice("warning", isJson ? warning : `Warning: ${warning}`, isJson);
  }
}

/** Prints what is wrong with the command line. @returns the exit code. */
export async function refuse(message: string, isJson: boolean): Promise<number> {
  await printNotice(
    "error",
    isJson ? message : `${message}\nRun rankclient --help for a list of flags and examples`,
    isJson,
  );
  return CLIENT_EXIT.usage;
}
