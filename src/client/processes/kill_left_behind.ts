// Ends what is left of a program whose guard was killed, perhaps before it could say which process group it had started:
// its processes carry the environment that it was started with, and lead to the group of those that do not.

import { findByEnvironment, type RunScript } from "./process_table.ts";

export interface KillParts {
  readonly run: RunScript;
  /** KILL to one process, or to a group by its negative number; it may have ended. */
  readonly kill: (pid: number) => void;
  readonly delay: (ms: number) => Promise<void>;
}

/** They may start others while they are looked for. */
const MAX_ROUNDS = 50;
const ROUND_MS = 20;
/** To kill(2), -1 means every process, and 0 the caller's own group. */
const MIN_GROUP = 2;

/**
 * Kills every process that was started with all of these variables, with all of its group, until none is found.
 *
 * @returns whether none is left; `undefined`: that cannot be found out here
 */
export async function killLeftBehind(
  env: Readonly<Record<string, string>>,
  { run, kill, delay }: KillParts,
): Promise<boolean | undefined> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found = await findByEnvironment(env, run);
    if (found === undefined) return undefined;
    if (found.length === 0) return true;
    for (const { pid, group } of found) {
      if (group >= MIN_GROUP) kill(-group);
      kill(pid);
    }
    await delay(ROUND_MS);
  }
  return false;
}
