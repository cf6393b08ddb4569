// A release of these sources for this machine, made by `deno task release` as a user would.

import { join } from "node:path";
import { PROJECT } from "../programs/start_process.ts";
import { outputOf } from "./programs.ts";

export interface TrialRelease {
  readonly version: string;
  /** dist/release/VERSION, elsewhere. */
  readonly folder: string;
  readonly archive: string;
  readonly debian: string;
}

export async function makeTrialRelease(folder: string): Promise<TrialRelease> {
  const { version } = JSON.parse(await Deno.readTextFile(join(PROJECT, "deno.json")));
  const task = join(PROJECT, "tools/release/main.ts");
  const options = ["--only=linux-x86_64", "--quick", "--allow-dirty", `--out=${folder}`];
  await outputOf(Deno.execPath(), "run", "--no-prompt", "--allow-all", task, ...options);
  const release = join(folder, version);
  return {
    version,
    folder: release,
    archive: join(release, `rankserver-${version}-linux-x86_64.tar.gz`),
    debian: join(release, `rankserver_${version}_amd64.deb`),
  };
}

/**
 * A package with the same programs as `debian`, but with a version before all others, and with another configuration.
 *
 * @returns its path
 */
export async function makeOlderPackage(debian: string, folder: string): Promise<string> {
  const older = join(folder, "older.deb");
  const tree = join(folder, "older");
  await outputOf("dpkg-deb", "--raw-extract", debian, tree);
  await replaceIn(join(tree, "DEBIAN/control"), /^Version: .*$/m, "Version: 0.0.1");
  await replaceIn(join(tree, "etc/rankserver/server.toml"), /^max_clients = .*$/m, "max_clients = 3");
  await outputOf("dpkg-deb", "--build", "--root-owner-group", "-Znone", tree, older);
  await Deno.remove(tree, { recursive: true });
  return older;
}

async function replaceIn(path: string, pattern: RegExp, by: string): Promise<void> {
  const text = await Deno.readTextFile(path);
  if (!pattern.test(text)) throw new Error(`${path} has no ${pattern}`);
  await Deno.writeTextFile(path, text.replace(pattern, by));
}
