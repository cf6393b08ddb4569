// The files of the page, which are inside the program.

export interface WebAsset {
  /** Its media type, such as "text/html; charset=utf-8". */
  readonly type: string;
  readonly body: string;
}

/** By their paths below the base path: "/" is the page itself, and its links are relative. */
export type WebAssets = Readonly<Record<string, WebAsset>>;
