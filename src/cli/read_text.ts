// Reads one of the server's own files: its text, and who may read it.

export interface FileText {
  readonly text: string;
  /** The permission bits, `undefined` where the system has none. */
  readonly mode: number | undefined;
}

/** A file that cannot be read is no fault: `why` is the rest of a sentence. */
export type ReadText =
  | ({ readonly ok: true } & FileText)
  | { readonly ok: false; readonly why: string };

const ATTEMPTS = 3;

/** Text and mode are those of one file, also when another one is just taking its place. */
export async function readText(path: string): Promise<ReadText> {
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      // By its path: what an open file is asked, the runtime allows by where a link has led to.
      const before = await Deno.stat(path);
      if (before.isDirectory) return { ok: false, why: "it is a directory" };
      const text = await Deno.readTextFile(path);
      if (!isSame(before, await Deno.stat(path))) continue;
      return { ok: true, text, mode: before.mode === null ? undefined : before.mode & 0o777 };
    }
    return { ok: false, why: "it is being replaced again and again" };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { ok: false, why: "there is no such file" };
    return { ok: false, why: error instanceof Error ? error.message : String(error) };
  }
}

function isSame(a: Deno.FileInfo, b: Deno.FileInfo): boolean {
  return a.dev === b.dev && a.ino === b.ino && a.mode === b.mode && a.mtime?.getTime() === b.mtime?.getTime();
}
