// The files of this project, without what is built or installed.

const PROJECT = new URL("../../", import.meta.url);
const NOT_OURS = new Set(["node_modules", "dist", "cov"]);

/** Paths within the project, with "/". */
export async function projectFiles(directory = ""): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory, isFile } of Deno.readDir(new URL(directory, PROJECT))) {
    if (name.startsWith(".") || NOT_OURS.has(name)) continue;
    if (isDirectory) files.push(...await projectFiles(`${directory}${name}/`));
    else if (isFile) files.push(`${directory}${name}`);
  }
  return files.sort();
}

export function readProjectFile(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, PROJECT));
}
