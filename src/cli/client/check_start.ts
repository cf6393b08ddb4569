// `rankclient --check`: what would fail later in a client with a valid configuration, here and now.

import { type ClientConfig, ignoredWarnings } from "../../config/mod.ts";
import type { ClientFlags } from "../../config/keys/mod.ts";
import { splitWords } from "../../protocol/text/mod.ts";
import type { Program } from "../../rules/mod.ts";
import { checkNewSocket, directoryFault } from "../shared/mod.ts";
import { findProgram } from "./lead/mod.ts";

export interface CheckedStart {
  readonly config: ClientConfig;
  readonly flags: ClientFlags;
  /** The program of --lead, if there is one. */
  readonly leadProgram: string | undefined;
}

/** @returns warnings: the configuration may be meant for another machine. */
export async function startWarnings({ config, flags, leadProgram }: CheckedStart): Promise<string[]> {
  const { ignoredVariables, run } = config;
  const path = Deno.env.get("PATH");
  const warnings = [...ignoredWarnings(ignoredVariables), ...config.warnings];
  const servers = flags.via === undefined ? [config, ...config.others] : [];
  for (const host of new Set(servers.map(({ host }) => host))) warnings.push(...await checkHost(host));
  warnings.push(...await checkNewSocket("--control", flags.control ?? ""));
  for (const program of run?.values() ?? []) warnings.push(...await checkProgram(program, path));
  const hook = splitWords(flags["on-change"] ?? "");
  const others = [["--on-change", hook.ok ? hook.words[0] : undefined], ["--lead", leadProgram]] as const;
  for (const [flag, program] of others) {
    const found = program === undefined ? { ok: true } as const : await findProgram(program, path);
    if (!found.ok) warnings.push(`${flag}: ${found.message}`);
  }
  return warnings;
}

/** As the system resolves names, with its own file of them. */
async function checkHost(host: string): Promise<string[]> {
  const { lookup } = await import("node:dns/promises");
  try {
    await lookup(host);
    return [];
  } catch (error) {
    return [`host: cannot find the address of ${host}: ${(error as Error).message}`];
  }
}

async function checkProgram({ name, argv, cwd }: Program, path: string | undefined): Promise<string[]> {
  const found = await findProgram(argv.program, path);
  const fault = cwd === undefined ? undefined : await directoryFault(cwd);
  return [
    ...found.ok ? [] : [`run.${name}: ${found.message}`],
    ...fault === undefined ? [] : [`run.${name}: the directory ${cwd} ${fault}`],
  ];
}
