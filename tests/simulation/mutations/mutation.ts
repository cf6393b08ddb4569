// A fault that `deno task mutations` puts into the sources.

export interface Mutation {
  readonly name: string;
  /** "found" was once in the product, "made" is made up. */
  readonly origin: "found" | "made";
  /** Which simulation has to find it; absent: that of a single server. */
  readonly simulation?: "single" | "cluster" | "log";
  /** The path from the project's root. */
  readonly file: string;
  readonly edits: readonly Edit[];
}

/** Replaces `find`, which must occur exactly once in the file. */
export type Edit = readonly [find: string, replace: string];

/** Applies the edits to a file's text. @throws {Error} when the text to find does not occur exactly once */
export function mutate(text: string, edits: readonly Edit[]): string {
  return edits.reduce((mutated, [find, replace]) => {
    if (mutated.split(find).length !== 2) {
      throw new Error(`cannot mutate: does not occur exactly once: ${find}`);
    }
    return mutated.replace(find, () => replace);
  }, text);
}
