// Prints an answer of a command line. An answer that does not arrive must not look like one that did, so the exit code
// says so.

import type { HelpPage } from "./render_help.ts";

/** The exit codes for an answer that arrived and one that did not. */
export interface PrintCodes {
  readonly ok: number;
  readonly failed: number;
}

/**
 * Prints `text` and a line ending on standard output. A reader that has gone is no failure, as after `| head`.
 *
 * @returns the exit code.
 */
export function printAnswer(text: string, { ok, failed }: PrintCodes): number {
  try {
    writeOutput(text);
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) return ok;
    console.error(cannotWriteOutput(error));
    return failed;
  }
  return ok;
}

/** Prints the help of a command line. @returns the exit code. */
export async function printHelp(page: HelpPage, codes: PrintCodes): Promise<number> {
  const { renderHelp } = await import("./render_help.ts");
  return printAnswer(renderHelp(page).trimEnd(), codes);
}

/** Writes `text` and a line ending to standard output. Throws what the system says. */
export function writeOutput(text: string): void {
  let rest = new TextEncoder().encode(`${text}\n`);
  while (rest.length > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
}

/** The message for an error of {@linkcode writeOutput}. */
export function cannotWriteOutput(error: unknown): string {
  return `Cannot write standard output: ${error instanceof Error ? error.message : error}`;
}
