// Ends what is left of a program whose guard was killed: nobody else knows its process group, but everybody of it carries
// the environment that it was started with.

import { findByEnvironment, type RunScript } from "./process_table.ts";

export interface KillParts {
  readonly run: RunScript;
  /** KILL to one process; it may have ended. */
  readonly kill: (pid: number) => void;
  readonly delay: (ms: number) => Promise<void>;
}

/** They may start others while they are looked for. */
const MAX_ROUNDS = 50;
const ROUND_MS = 20;

/**
 * Kills every process that was started with all of these variables, until none is found.
 *
 * @returns whether none is left; `undefined`: that cannot be found out here
 */
export async function killLeftBehind(
  env: Readonly<Record<string, string>>,
  { run, kill, delay }: KillParts,
): Promise<boolean | undefined> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const pids = await findByEnvironment(env, run);
    if (pids === undefined) return undefined;
    if (pids.length === 0) return true;
    for (const pid of pids) kill(pid);
    await delay(ROUND_MS);
  }
  return false;
}
