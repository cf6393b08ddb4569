// Whether a program could be started now. A standby must not find out only when it takes over.

export type FoundProgram =
  | { readonly ok: true }
  /** `code` as a shell would exit with. */
  | { readonly ok: false; readonly code: 126 | 127; readonly message: string };

const EXECUTABLE_BITS = 0o111;

/**
 * Searches where execvp(3) would. A file that cannot be checked counts as executable.
 *
 * @param path the folders to search, separated by colons, for a name without a slash
 */
export async function findProgram(program: string, path: string | undefined): Promise<FoundProgram> {
  const places = program.includes("/")
    ? [program]
    : (path ?? "").split(":").map((folder) => `${folder || "."}/${program}`);
  let isFound = false;
  for (const place of places) {
    const kind = await checkPlace(place);
    if (kind === "executable") return { ok: true };
    isFound ||= kind === "file";
  }
  if (isFound) {
    return { ok: false, code: 126, message: `Cannot run "${program}": not an executable file` };
  }
  const where = program.includes("/") ? "no such file" : "not found in PATH";
  return { ok: false, code: 127, message: `Cannot run "${program}": ${where}` };
}

async function checkPlace(place: string): Promise<"executable" | "file" | "absent"> {
  try {
    const { isFile, mode } = await Deno.stat(place);
    return isFile && (mode === null || (mode & EXECUTABLE_BITS) !== 0) ? "executable" : "file";
  } catch (error) {
    return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory
      ? "absent"
      : "executable";
  }
}
