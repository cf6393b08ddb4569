// TOML files, and the problems in them with their places.

export { ConfigError, dottedKey, type KeyPath, renderProblem } from "./config_error.ts";
export { ProblemList } from "./problem_list.ts";
export { isTable, show, type TomlTable } from "./toml_value.ts";
