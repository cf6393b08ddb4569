// All settings of a program as one flat list: for the help, the documentation and the test of the example files.

import { dottedKey } from "../toml/mod.ts";
import type { Section, Setting } from "./setting.ts";
import { variableName } from "./settings_reader.ts";

export interface ListedSetting {
  /** As it stands in a message: `limits.line_bytes`. */
  readonly key: string;
  readonly variable: string;
  readonly setting: Setting;
}

export function listSettings(sections: readonly Section[], envPrefix: string): ListedSetting[] {
  return sections.flatMap(({ path, settings }) =>
    Object.values(settings).map((setting) => ({
      key: dottedKey([...path, setting.key]),
      variable: variableName(envPrefix, [...path, setting.key]),
      setting,
    }))
  );
}
