// Reads and validates the values of keys from files, environment variables and flags.

export { checkValue } from "./check_setting.ts";
export { ignoredWarnings } from "./injected_variables.ts";
export { readTable } from "./read_table.ts";
export { folderOf, isAbsolutePath, resolvePath } from "./resolve_path.ts";
export {
  type FlagSpec,
  type FlagValues,
  type GivenValues,
  mergeValues,
  type Section,
  type SettingValues,
  type TextForm,
} from "./setting.ts";
export {
  type ConfigFile,
  type ConfigInput,
  type ListedSetting,
  listSettings,
  readDocument,
  SettingsReader,
} from "./settings_reader.ts";
