// A server that was started with files of its own, for tests that change them and ask for them to be read again.

import { ServerProcess } from "../../support/programs/start_process.ts";

export const RELOADED = "Configuration reloaded: ";

/** A server with a configuration file that a test rewrites. */
export class Configured implements AsyncDisposable {
  readonly folder: string;
  readonly path: string;
  readonly server: ServerProcess;

  private constructor(folder: string, server: ServerProcess) {
    this.folder = folder;
    this.path = `${folder}/server.toml`;
    this.server = server;
  }

  static async start(toml: string, args: readonly string[] = [], env: Record<string, string> = {}) {
    const folder = await Deno.makeTempDir({ prefix: "rankserver-reload-" });
    await Deno.writeTextFile(`${folder}/server.toml`, toml);
    const server = await ServerProcess.start({
      args: ["--config", "server.toml", ...args],
      cwd: folder,
      env,
    });
    return new Configured(folder, server);
  }

  /** Writes the file in place of the old one and asks for it to be read. @returns the line in the log. */
  async reload(toml: string): Promise<string> {
    await replace(this.path, toml);
    return await this.again();
  }

  async again(): Promise<string> {
    this.server.signal("SIGHUP");
    return await this.server.nextLine(/^(?:Configuration reloaded|Reload failed)/);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** Writes a file in place of the old one, as editors do. */
export async function replace(path: string, text: string, mode = 0o600): Promise<void> {
  await Deno.writeTextFile(`${path}.new`, text);
  await Deno.chmod(`${path}.new`, mode);
  await Deno.rename(`${path}.new`, path);
}
