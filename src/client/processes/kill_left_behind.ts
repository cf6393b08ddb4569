// Ends what is left of a program whose guard was killed. All processes below the guard that have lost their parents are
// then children of this process, whatever group, session or environment they have.

export interface LeftBehindParts {
  /** The processes that this one has adopted; `undefined`: they cannot be found. */
  readonly adopted: () => readonly { readonly pid: number; readonly group: number | undefined }[] | undefined;
  /** KILL to one process, or to a group by its negative number; it may have ended. */
  readonly kill: (pid: number) => void;
  readonly ownGroup: number | undefined;
  readonly delay: (ms: number) => Promise<void>;
}

/** With each process that ends, its children are adopted. */
const MAX_ROUNDS = 50;
const ROUND_MS = 20;
/** To kill(2), -1 means every process, and 0 the caller's own group. */
const MIN_GROUP = 2;

/**
 * Kills every adopted process, with all of its group, until there is none.
 *
 * @returns whether none is left; `undefined`: that cannot be found out here
 */
export async function killLeftBehind(
  { adopted, kill, ownGroup, delay }: LeftBehindParts,
): Promise<boolean | undefined> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found = adopted();
    if (found === undefined) return undefined;
    if (found.length === 0) return true;
    for (const { pid, group } of found) {
      if (group !== undefined && group >= MIN_GROUP && group !== ownGroup) kill(-group);
      kill(pid);
    }
    await delay(ROUND_MS);
  }
  return false;
}
