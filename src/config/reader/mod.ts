// Reads the values of keys from files, environment variables and flags.

export { refuseValue } from "./check_setting.ts";
export { type ConfigFile, type ConfigInput, readDocument } from "./config_input.ts";
export type { FlagSpec, FlagValues } from "./flag_spec.ts";
export { type ListedSetting, listSettings } from "./list_settings.ts";
export { readTable } from "./read_table.ts";
export {
  type GivenValues,
  type IntegerSetting,
  mergeValues,
  type Section,
  type SettingValues,
  type TextForm,
} from "./setting.ts";
export { SettingsReader } from "./settings_reader.ts";
