// Paths in a configuration file: a relative one begins in the directory of the file, wherever the program was started.

export function isAbsolutePath(path: string): boolean {
  return /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(path);
}

/** ".." is kept: what it means depends on links. @param directory an absolute path */
export function resolvePath(directory: string, path: string): string {
  if (isAbsolutePath(path)) return path;
  const rest = path.replace(/^(?:\.\/+)+/, "").replace(/^\.$/, "");
  return rest === "" ? directory : `${directory.replace(/\/$/, "")}/${rest}`;
}

/** The directory that the file is in. @param path an absolute path */
export function folderOf(path: string): string {
  return path.replace(/[\\/][^\\/]*$/, "") || "/";
}
