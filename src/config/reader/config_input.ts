// What a loader is given. The files, the environment and the command line are read by whoever calls it.

import type { ProblemList, TomlTable } from "../toml/mod.ts";
import type { Environment, FlagInput } from "./settings_reader.ts";

/** A configuration file, already read; `path` is for messages. */
export interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

export interface ConfigInput {
  readonly file?: ConfigFile | undefined;
  readonly env?: Environment;
  /** By flag name, as `parseFlags` gives them; flags that set nothing in a configuration are ignored. */
  readonly flags?: FlagInput;
}

/** The parser is loaded here, and not at the top of a file, because a start without a file need not wait for it. */
export async function readDocument(file: ConfigFile | undefined, problems: ProblemList): Promise<TomlTable> {
  if (!file) return {};
  const { readToml } = await import("../toml/read_toml.ts");
  return readToml(file.text, problems) ?? {};
}
