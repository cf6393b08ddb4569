// The full path of a file that a flag or a variable names.

import { isAbsolutePath, resolvePath } from "../../config/reader/mod.ts";

/** A relative path begins in the working directory. */
export function fullPath(path: string): string {
  return isAbsolutePath(path) ? path : resolvePath(Deno.cwd(), path);
}
