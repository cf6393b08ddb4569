// The parts of a release that other tasks make.

/** A file as text. */
export interface GeneratedFile {
  /** In the archive: below `completions/` or `man/`. */
  readonly path: string;
  readonly text: string;
}

/** The completions and the manual pages. */
export function generatedFiles(): Promise<readonly GeneratedFile[]> {
  return Promise.resolve([]);
}

/** Makes the packages for npm below `folder`. @returns the paths of their archives */
export function makeNpmPackages(_folder: string): Promise<readonly string[]> {
  return Promise.resolve([]);
}
