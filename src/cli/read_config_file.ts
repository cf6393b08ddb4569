// Reads the file that --config names.

import { ConfigError } from "../config/config_error.ts";
import type { ConfigFile } from "../config/config_input.ts";

/** @throws {ConfigError} when it cannot be read */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  try {
    return { path, text: await Deno.readTextFile(path) };
  } catch (error) {
    const why = error instanceof Deno.errors.NotFound ? "there is no such file" : (error as Error).message;
    const message = `cannot read the configuration file: ${why}`;
    throw new ConfigError([{ file: path, key: "--config", message }]);
  }
}
