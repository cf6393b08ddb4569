// Every key of the configuration, with its bounds, its default and its help.

export type { AuthSettings } from "./auth_settings.ts";
export { CLIENT_BOUNDS } from "./client_bounds.ts";
export { CLIENT_FLAGS, type ClientFlags } from "./client_flags.ts";
export {
  CLIENT_ENV_PREFIX,
  CLIENT_LIMIT_SETTINGS,
  CLIENT_LIMITS_SECTION,
  CLIENT_SECTIONS,
  CLIENT_TOP_SECTION,
  type ClientLimits,
} from "./client_settings.ts";
export { FILE_BOUNDS } from "./file_bounds.ts";
export { findLeadConflict, LEAD_SECTION, type LeadTimes } from "./lead_settings.ts";
export { findLimitConflicts, type Limits, MAX_WAIT_MS } from "./limits.ts";
export { ARGUMENT_SETTINGS, COMMAND_SETTINGS, PATTERN_STEPS, PROGRAM_SETTINGS } from "./rule_settings.ts";
export { SERVER_BOUNDS } from "./server_bounds.ts";
export { SERVER_FLAGS, type ServerFlags } from "./server_flags.ts";
export {
  AUTH_SECTION,
  COMMANDS_SECTION,
  COMMANDS_SETTINGS,
  CONTROL_SECTION,
  LIMITS_SECTION,
  LOG_SECTION,
  SERVER_ENV_PREFIX,
  SERVER_SECTIONS,
  SESSION_SECTION,
  TLS_SECTION,
  TOP_SECTION,
} from "./server_settings.ts";
export { findSessionConflicts, type SessionTimes } from "./session_settings.ts";
export { findTlsConflicts, hasTls, type TlsFiles } from "./tls_settings.ts";
export { MAX_TOKENS, TOKEN_NAME, TOKEN_NAME_FORM, TOKEN_SETTINGS } from "./token_settings.ts";
