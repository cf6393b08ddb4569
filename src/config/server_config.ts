// The server's configuration: one frozen, validated object from the text of a file, the environment and the flags, which
// the caller reads.

import type { CommandRule } from "../rules/mod.ts";
import {
  AUTH_SECTION,
  type AuthSettings,
  CLUSTER_SECTION,
  type ClusterSettings,
  COMMANDS_SECTION,
  CONTROL_SECTION,
  findClusterConflicts,
  findLimitConflicts,
  findSessionConflicts,
  findTlsConflicts,
  FORMER_STORE_VARIABLE,
  JOURNAL_SECTION,
  type JournalSettings,
  type Limits,
  LIMITS_SECTION,
  LOG_SECTION,
  type LogSettings,
  replaceFormerStore,
  SERVER_BOUNDS,
  SERVER_ENV_PREFIX,
  SERVER_FLAGS,
  SERVER_SECTIONS,
  SESSION_AS_WRITTEN,
  type SessionTimes,
  TLS_SECTION,
  type TlsFiles,
  TOP_SECTION,
  WEB_SECTION,
  type WebSettings,
} from "./keys/mod.ts";
import { checkClusterAddresses } from "./cluster_addresses.ts";
import { type ConfigInput, readDocument, SettingsReader } from "./reader/mod.ts";
import { ProblemList } from "./toml/mod.ts";
import { readCommands } from "./rules/mod.ts";

export interface ServerConfig {
  readonly host: string;
  /** 0: the system picks a free one. */
  readonly port: number;
  readonly maxClients: number;
  /** The allow-list, by name. */
  readonly commands: ReadonlyMap<string, CommandRule>;
  readonly session: SessionTimes;
  /** `file` is a path; empty: seats do not survive a restart. */
  readonly journal: JournalSettings;
  /** `tokensFile` is a path; empty: clients need no token. */
  readonly auth: AuthSettings;
  /** `socket` is the path of the operator's socket; empty: none. */
  readonly control: { readonly socket: string };
  readonly tls: TlsFiles;
  readonly limits: Limits;
  readonly log: LogSettings;
  /** Without `servers`, this server is alone. Each of them has a port. */
  readonly cluster: ClusterSettings;
  /** Without a port, there is no page. */
  readonly web: WebSettings;
  /** The variables of a container platform that look like settings. */
  readonly ignoredVariables: readonly string[];
  /** What is valid and yet should be changed. */
  readonly warnings: readonly string[];
}

/**
 * Loads only the packages that this configuration needs: TOML for a file, RE2 for a pattern.
 *
 * @throws {ConfigError} with all problems, if there are any
 */
export async function loadServerConfig({ file, env = {}, flags = {} }: ConfigInput): Promise<ServerConfig> {
  const problems = new ProblemList(file?.path);
  const document = await readDocument(file, problems);
  const sources = {
    document,
    directory: file?.directory,
    env,
    envPrefix: SERVER_ENV_PREFIX,
    flags,
    flagSpecs: SERVER_FLAGS,
  };
  const reader = new SettingsReader(sources, SERVER_SECTIONS, problems);

  const tables = SERVER_SECTIONS.flatMap(({ path }) => path);
  const top = reader.read(TOP_SECTION, ["commands", ...tables]);
  const { store, ...session } = reader.read(SESSION_AS_WRITTEN);
  const journal = replaceFormerStore(reader.read(JOURNAL_SECTION), store, sources, problems);
  const { failureAddresses } = SERVER_BOUNDS;
  const auth = Object.freeze({ ...reader.read(AUTH_SECTION), failureAddresses });
  const control = reader.read(CONTROL_SECTION);
  const tls = reader.read(TLS_SECTION);
  const limits = Object.freeze({ ...reader.read(LIMITS_SECTION), ...SERVER_BOUNDS });
  const log = reader.read(LOG_SECTION);
  const cluster = checkClusterAddresses(reader.read(CLUSTER_SECTION), env, problems);
  const web = Object.freeze(reader.read(WEB_SECTION));
  const chosen = reader.readOutside(COMMANDS_SECTION).commands;
  const commands = await readCommands(document.commands, chosen, limits, problems);
  const conflicts = [
    ...findLimitConflicts(limits),
    ...findSessionConflicts(session),
    ...findTlsConflicts(tls),
    ...findClusterConflicts(cluster, { journalFile: journal.file, leaseMaxMs: session.leaseMaxMs }),
  ];
  for (const { path, reason, hint } of conflicts) problems.addCombination(path, reason, hint);
  reader.refuseUnknownVariables([FORMER_STORE_VARIABLE]);

  problems.throwIfAny();
  const ignoredVariables = reader.injectedVariables();
  return Object.freeze({
    ...top,
    commands,
    session: Object.freeze(session),
    journal,
    auth,
    control,
    tls,
    limits,
    log,
    cluster,
    web,
    ignoredVariables,
    warnings: problems.warnings,
  });
}
