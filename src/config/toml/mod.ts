// TOML files, and problems with their places in them.

export { ConfigError, dottedKey, type KeyPath, renderProblem } from "./config_error.ts";
export { findNearestName } from "./nearest_name.ts";
export { ProblemList } from "./problem_list.ts";
export { show } from "./show_value.ts";
export { isTable, type TomlTable } from "./toml_table.ts";
