// The client's configuration: where the server is, and what this machine may execute. One frozen, validated object from
// the text of a file, the environment and the flags, which the caller reads.

import type { Program } from "../rules/mod.ts";
import {
  CLIENT_ENV_PREFIX,
  CLIENT_FLAGS,
  CLIENT_LIMITS_SECTION,
  CLIENT_SECTIONS,
  CLIENT_TOP_SECTION,
  type ClientLimits,
  findLeadConflicts,
  findReconnectConflicts,
  LEAD_SECTION,
  type LeadTimes,
} from "./keys/mod.ts";
import type { ServerAddress } from "../words/mod.ts";
import { readAddresses } from "./client_addresses.ts";
import { type ConfigInput, readDocument, SettingsReader } from "./reader/mod.ts";
import { ProblemList } from "./toml/mod.ts";
import { readPrograms } from "./rules/mod.ts";

export interface ClientConfig {
  /** The first address of the server. */
  readonly host: string;
  readonly port: number;
  /** Its further addresses, or those of servers that share one ranking with it. */
  readonly others: readonly ServerAddress[];
  readonly name: string | undefined;
  readonly tls: boolean;
  /** Implies `tls`. Empty: none. */
  readonly caFile: string;
  /** The path of the file with the token; empty: none. */
  readonly tokenFile: string;
  /** The program of each command; any other is refused. Absent: commands are only printed. */
  readonly run: ReadonlyMap<string, Program> | undefined;
  readonly limits: ClientLimits;
  readonly lead: LeadTimes;
  /** The variables of a container platform that look like settings. */
  readonly ignoredVariables: readonly string[];
  /** For --check: what is valid and yet may not mean what it says. */
  readonly warnings: readonly string[];
}

export interface ClientConfigInput extends ConfigInput {
  /** The positional HOST of the command line, which overrides all other sources. */
  readonly host?: string | undefined;
  /** The same with several addresses, separated by commas. */
  readonly hosts?: string | undefined;
}

/** Makes the positional HOST one of the flags. */
const HOST_ARGUMENT = { name: "HOST", value: "HOST", help: "The server's address." } as const;

/** Holds the token itself. It is no key: the configuration file may be readable by others. */
export const TOKEN_VARIABLE = `${CLIENT_ENV_PREFIX}_TOKEN`;

/** @throws {ConfigError} with all problems, if there are any */
export async function loadClientConfig(
  { file, env = {}, flags = {}, host, hosts }: ClientConfigInput,
): Promise<ClientConfig> {
  const problems = new ProblemList(file?.path);
  const document = await readDocument(file, problems);
  const argument = hosts !== undefined ? "hosts" : host !== undefined ? "host" : undefined;
  const sources = {
    document,
    directory: file?.directory,
    env,
    envPrefix: CLIENT_ENV_PREFIX,
    flags: { ...flags, [HOST_ARGUMENT.name]: hosts ?? host },
    flagSpecs: [...CLIENT_FLAGS, { ...HOST_ARGUMENT, sets: argument ?? "host" }],
  };
  const reader = new SettingsReader(sources, CLIENT_SECTIONS, problems);

  const given = reader.read(CLIENT_TOP_SECTION, ["run", "limits", "lead"]);
  const { hosts: _, ...top } = given;
  const limits = reader.read(CLIENT_LIMITS_SECTION);
  const run = await readPrograms(document.run, file?.directory, limits, problems);
  const lead = reader.read(LEAD_SECTION);
  for (const { path, reason, hint } of [...findReconnectConflicts(limits), ...findLeadConflicts(lead)]) {
    problems.addCombination(path, reason, hint);
  }
  const [first, ...others] = readAddresses(given, { document, env, argument }, problems);
  reader.refuseUnknownVariables([TOKEN_VARIABLE]);

  problems.throwIfAny();
  const tls = top.tls || top.caFile !== "";
  const ignoredVariables = reader.injectedVariables();
  return Object.freeze({
    ...top,
    ...first,
    others: Object.freeze(others),
    tls,
    run,
    limits,
    lead,
    ignoredVariables,
    warnings: problems.warnings,
  });
}
