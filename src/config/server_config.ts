// The server's configuration: one frozen, validated object out of a file's text, the environment and the flags. Reads
// no file, no environment and no clock itself.

import type { CommandRule } from "../rules/command_rule.ts";
import type { AuthSettings } from "./keys/auth_settings.ts";
import { type ConfigInput, readDocument } from "./reader/config_input.ts";
import { findLimitConflicts, type Limits } from "./keys/limits.ts";
import { ProblemList } from "./toml/problem_list.ts";
import { readCommands } from "./rules/read_commands.ts";
import { SERVER_FLAGS } from "./keys/server_flags.ts";
import {
  AUTH_SECTION,
  COMMANDS_SECTION,
  CONTROL_SECTION,
  LIMITS_SECTION,
  LOG_SECTION,
  SERVER_ENV_PREFIX,
  SERVER_SECTIONS,
  SESSION_SECTION,
  TLS_SECTION,
  TOP_SECTION,
} from "./keys/server_settings.ts";
import { findSessionConflicts, type SessionTimes } from "./keys/session_settings.ts";
import { SettingsReader } from "./reader/settings_reader.ts";
import { findTlsConflicts, type TlsFiles } from "./keys/tls_settings.ts";

export interface ServerConfig {
  readonly host: string;
  /** 0: the system picks one. */
  readonly port: number;
  readonly maxClients: number;
  /** The allow-list, by name. */
  readonly commands: ReadonlyMap<string, CommandRule>;
  readonly session: SessionTimes;
  /** `tokensFile` is a path; empty: nobody needs a token. */
  readonly auth: AuthSettings;
  /** `socket` is the path of the operator's socket; empty: none. */
  readonly control: { readonly socket: string };
  readonly tls: TlsFiles;
  readonly limits: Limits;
  readonly log: { readonly format: "text" | "json" };
}

/**
 * Waits only for the engines that a given configuration needs: TOML for a file, RE2 for a pattern.
 *
 * @throws {ConfigError} with all problems, when there is one
 */
export async function loadServerConfig({ file, env = {}, flags = {} }: ConfigInput): Promise<ServerConfig> {
  const problems = new ProblemList(file?.path);
  const document = await readDocument(file, problems);
  const sources = { document, env, envPrefix: SERVER_ENV_PREFIX, flags, flagSpecs: SERVER_FLAGS };
  const reader = new SettingsReader(sources, SERVER_SECTIONS, problems);

  const top = reader.read(TOP_SECTION, ["commands", "session", "auth", "control", "tls", "limits", "log"]);
  const session = reader.read(SESSION_SECTION);
  const auth = reader.read(AUTH_SECTION);
  const control = reader.read(CONTROL_SECTION);
  const tls = reader.read(TLS_SECTION);
  const limits = reader.read(LIMITS_SECTION);
  const log = reader.read(LOG_SECTION);
  const chosen = reader.readOutside(COMMANDS_SECTION).commands;
  const commands = await readCommands(document.commands, chosen, limits, problems);
  const conflicts = [
    ...findLimitConflicts(limits),
    ...findSessionConflicts(session),
    ...findTlsConflicts(tls),
  ];
  for (const { path, reason, hint } of conflicts) problems.addCombination(path, reason, hint);
  reader.refuseUnknownVariables();

  await problems.throwIfAny();
  return Object.freeze({ ...top, commands, session, auth, control, tls, limits, log });
}
