// `rankserver --check`: what would fail at the start of a server with a valid configuration, here and now.

import { ignoredWarnings, type ServerConfig } from "../../config/mod.ts";
import { checkNewFile, checkNewSocket } from "../shared/mod.ts";
import { seatLimitWarnings } from "./seat_limits.ts";
import { webWarnings } from "./web_warnings.ts";
import { hasWeb } from "../../config/keys/mod.ts";

/**
 * @param tokens how many tokens there are; `undefined`: clients need none.
 * @returns warnings: the configuration may be meant for another machine.
 */
export async function startWarnings(config: ServerConfig, tokens: number | undefined): Promise<string[]> {
  const { host, journal, control, ignoredVariables, warnings } = config;
  return [
    ...ignoredWarnings(ignoredVariables),
    ...warnings,
    ...checkHost("host", host),
    ...seatLimitWarnings(config, host, tokens),
    ...hasWeb(config.web) ? checkHost("web.host", config.web.host) : [],
    ...webWarnings(config, tokens),
    ...await checkNewFile("journal.file", journal.file),
    ...await checkNewSocket("control.socket", control.socket),
  ];
}

/** Listens on a free port: the configured one may belong to the server that is running. */
function checkHost(key: string, host: string): string[] {
  try {
    Deno.listen({ hostname: host, port: 0 }).close();
    return [];
  } catch (error) {
    const reason = error instanceof Deno.errors.AddrNotAvailable
      ? "this machine has no such address"
      : (error as Error).message;
    return [`${key}: cannot listen on ${host}: ${reason}`];
  }
}
