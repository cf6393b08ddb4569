// Files with secrets, or with what decides who is let in: nobody but their owner may read or write them, or the program
// does not use them.

export type PrivateText =
  | { readonly ok: true; readonly text: string }
  /** `message`: a sentence about the file, which it names. */
  | { readonly ok: false; readonly isMissing: boolean; readonly message: string };

/** The permissions of the group and of all others. */
const OTHERS = 0o077;

/**
 * Reads a file that is its owner's alone. Looks at the very file that it reads, whatever the path names a moment later.
 *
 * @param what it is, for the sentence: "tokens file".
 */
export async function readPrivateFile(path: string, what: string, maxBytes: number): Promise<PrivateText> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path);
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound;
    const why = isMissing ? "there is no such file" : (error as Error).message;
    return { ok: false, isMissing, message: `Cannot read the ${what} ${path}: ${why}` };
  }
  using _ = file;
  const refuse = (why: string) => ({ ok: false, isMissing: false, message: `${path}: ${why}` } as const);
  const { isFile, mode, size } = await file.stat();
  if (!isFile) return refuse(`the ${what} has to be a file`);
  const exposed = refuseMode(path, what, mode);
  if (exposed !== undefined) return exposed;
  if (size > maxBytes) return refuse(`the ${what} has ${size} bytes, the most is ${maxBytes}`);
  return { ok: true, text: await new Response(file.readable).text() };
}

/** What to say of a file that others can get at. @param mode its permission bits; Unix alone has them */
export function refuseMode(
  path: string,
  what: string,
  mode: number | null | undefined,
): PrivateText & { ok: false } | undefined {
  if (mode === null || mode === undefined || (mode & OTHERS) === 0) return undefined;
  const message = `${path}: the ${what} can be read or written by others than its owner; run: chmod 600 ${
    quoted(path)
  }`;
  return { ok: false, isMissing: false, message };
}

/** As a shell takes it for one word. */
export function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
