// Reads the file that --config names.

import { ConfigError } from "../../config/toml/mod.ts";
import type { ConfigFile } from "../../config/reader/mod.ts";
import { FILE_BOUNDS } from "../../config/keys/mod.ts";
import { readText, type TextReader } from "./read_text.ts";

/** @throws {ConfigError} when it cannot be read */
export async function readConfigFile(path: string, read: TextReader = readText): Promise<ConfigFile> {
  const file = await read(path, FILE_BOUNDS.configBytes);
  if (file.ok) return { path, text: file.text };
  const message = `cannot read the configuration file: ${file.why}`;
  throw new ConfigError([{ file: path, key: "--config", message }]);
}
