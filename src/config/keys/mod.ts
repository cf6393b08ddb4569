// Every key of the configuration, with its bounds, its default and its help, and every flag.

export { MAX_ADDRESSES, readAddress } from "./addresses.ts";
export { MAX_WAIT_MS } from "./builders.ts";
export { CLIENT_BOUNDS } from "./client_bounds.ts";
export {
  CLIENT_ENV_PREFIX,
  CLIENT_FLAGS,
  CLIENT_LIMIT_SETTINGS,
  CLIENT_LIMITS_SECTION,
  CLIENT_SECTIONS,
  CLIENT_TOP_SECTION,
  type ClientFlags,
  type ClientLimits,
  findLeadConflicts,
  findReconnectConflicts,
  LEAD_SECTION,
  type LeadTimes,
} from "./client_keys.ts";
export {
  CLUSTER_SECTION,
  type ClusterSettings,
  findClusterConflicts,
  hasCluster,
  MIN_CLUSTER_LEASE_MS,
  NATS_PORT,
} from "./cluster_keys.ts";
export { FILE_BOUNDS } from "./file_bounds.ts";
export { FORMER_STORE_VARIABLE, replaceFormerStore, SESSION_AS_WRITTEN } from "./former_store.ts";
export { findLimitConflicts, type Limits, SERVER_BOUNDS } from "./limits.ts";
export { ARGUMENT_SETTINGS, COMMAND_SETTINGS, PATTERN_STEPS, PROGRAM_SETTINGS } from "./rule_keys.ts";
export {
  AUTH_SECTION,
  type AuthSettings,
  COMMAND_NAMES,
  COMMANDS_SECTION,
  COMMANDS_SETTINGS,
  CONTROL_SECTION,
  findSessionConflicts,
  findTlsConflicts,
  hasTls,
  hasWebTls,
  JOURNAL_SECTION,
  type JournalSettings,
  LIMITS_SECTION,
  LOG_SECTION,
  type LogSettings,
  SERVER_ENV_PREFIX,
  SERVER_FLAGS,
  SERVER_SECTIONS,
  type ServerFlags,
  SESSION_SECTION,
  type SessionTimes,
  TLS_SECTION,
  type TlsFiles,
  TOP_SECTION,
} from "./server_keys.ts";
export { MAX_TOKENS, TOKEN_NAME, TOKEN_NAME_FORM, TOKEN_SETTINGS } from "./token_keys.ts";
export { hasWeb, WEB_SECTION, type WebSettings } from "./web_keys.ts";
