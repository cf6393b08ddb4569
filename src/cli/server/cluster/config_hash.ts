// A hash of the settings that should be the same on all servers of a cluster, and need not be. The other servers see only
// the hash.

import { hasTls } from "../../../config/keys/mod.ts";
import type { ServerConfig, TokenEntry } from "../../../config/mod.ts";

/** More would only make the records longer. */
const HASH_BYTES = 8;

/** Those that clients and runs see the same everywhere; the others protect one machine. */
const SHARED_LIMITS = [
  "lineBytes",
  "batchItems",
  "nameBytes",
  "argsCount",
  "argBytes",
  "runTimeoutMs",
  "answerGraceMs",
  "runOutputBytes",
  "outputBytes",
] as const satisfies readonly (keyof ServerConfig["limits"])[];

export async function hashConfig(
  { commands, session, limits, tls }: ServerConfig,
  tokens: readonly TokenEntry[] | undefined,
): Promise<string> {
  const shared = {
    commands: [...commands].sort(([a], [b]) => compare(a, b)),
    session,
    limits: SHARED_LIMITS.map((name) => limits[name]),
    hasTls: hasTls(tls),
    tokens: tokens?.toSorted((a, b) => compare(a.name, b.name)),
  };
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(canonical(shared)));
  return new Uint8Array(hash).slice(0, HASH_BYTES).toHex();
}

/** The same text for the same values, in whatever order their keys are. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part) => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => compare(a, b)));
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
