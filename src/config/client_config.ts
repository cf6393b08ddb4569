// The client's configuration: where the server is, and what this machine is willing to execute. One frozen, validated
// object out of a file's text, the environment and the flags; reads no file, no environment and no clock itself.

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
import { type ConfigInput, readDocument, SettingsReader } from "./reader/mod.ts";
import { ProblemList } from "./toml/mod.ts";
import { readPrograms } from "./rules/mod.ts";

export interface ClientConfig {
  readonly host: string;
  readonly port: number;
  readonly name: string | undefined;
  readonly tls: boolean;
  /** Implies `tls`. Empty: none. */
  readonly caFile: string;
  /** A path; empty: no token is read from a file. */
  readonly tokenFile: string;
  /** By command name. A command without a program is only printed. */
  readonly run: ReadonlyMap<string, Program>;
  readonly limits: ClientLimits;
  readonly lead: LeadTimes;
}

export interface ClientConfigInput extends ConfigInput {
  /** The positional HOST of the command line; goes before everything else. */
  readonly host?: string | undefined;
}

/** The name under which the positional HOST takes part in the precedence of the flags. */
const HOST_ARGUMENT = { name: "HOST", value: "HOST", help: "The server's address.", sets: "host" } as const;

/** Holds the token itself. Not a setting: a secret has no place in a file that others may read. */
export const TOKEN_VARIABLE = `${CLIENT_ENV_PREFIX}_TOKEN`;

/** @throws {ConfigError} with all problems, when there is one */
export async function loadClientConfig(
  { file, env = {}, flags = {}, host }: ClientConfigInput,
): Promise<ClientConfig> {
  const problems = new ProblemList(file?.path);
  const document = await readDocument(file, problems);
  const sources = {
    document,
    env,
    envPrefix: CLIENT_ENV_PREFIX,
    flags: { ...flags, [HOST_ARGUMENT.name]: host },
    flagSpecs: [...CLIENT_FLAGS, HOST_ARGUMENT],
  };
  const reader = new SettingsReader(sources, CLIENT_SECTIONS, problems);

  const top = reader.read(CLIENT_TOP_SECTION, ["run", "limits", "lead"]);
  const limits = reader.read(CLIENT_LIMITS_SECTION);
  const run = await readPrograms(document.run, limits, problems);
  const lead = reader.read(LEAD_SECTION);
  for (const { path, reason, hint } of [...findReconnectConflicts(limits), ...findLeadConflicts(lead)]) {
    problems.addCombination(path, reason, hint);
  }
  reader.refuseUnknownVariables([TOKEN_VARIABLE]);

  await problems.throwIfAny();
  const tls = top.tls || top.caFile !== "";
  return Object.freeze({ ...top, tls, run, limits, lead });
}
