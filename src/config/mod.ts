// The configuration files, environment variables and flags of both programs.

export { type ClientConfig, loadClientConfig, TOKEN_VARIABLE } from "./client_config.ts";
export { compareConfig } from "./compare_config.ts";
export { loadTokens, type TokenEntry } from "./load_tokens.ts";
export { ignoredWarnings } from "./reader/mod.ts";
export { loadServerConfig, type ServerConfig } from "./server_config.ts";
