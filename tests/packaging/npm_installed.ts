// A package of this project, made, packed, and installed with npm in an empty directory.

import { join } from "node:path";
import { runQuietly } from "../../tools/run_quietly.ts";

export const isNpmMissing = await new Deno.Command("sh", {
  args: ["-c", "command -v node && command -v npm"],
  stdout: "null",
}).output().then(({ success }) => !success);
if (isNpmMissing) console.warn("node or npm is missing: the tests of the npm packages are ignored");

export class Installed implements AsyncDisposable {
  /** Where node_modules is. */
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** @param make makes the package in a folder, and packs it into another. @returns the path of the archive */
  static async make(
    make: (folder: string, into: string) => Promise<string>,
    ...options: readonly string[]
  ): Promise<Installed> {
    const made = new Installed(await Deno.makeTempDir({ prefix: "rankserver-npm-" }));
    try {
      const archive = await make(join(made.folder, "package"), made.folder);
      await Deno.writeTextFile(join(made.folder, "package.json"), "{}");
      await runQuietly("npm", ["install", "--no-audit", "--no-fund", ...options, archive], {
        cwd: made.folder,
      });
      return made;
    } catch (error) {
      await made[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}
