// Waits for dead orphans, so that they neither pile up nor count as members of a process group that is to be gone.

import type { Libc } from "../../shared/mod.ts";

const LOOK_MS = 1_000;
const INIT_PID = 1;

/**
 * Looks for them as long as this process lives. @returns looks for them now
 *
 * @param mayAdopt makes the orphans below this process its children, also where it is not process 1 of a container
 */
export function reapOrphans(libc: Libc | undefined, mayAdopt: boolean): () => void {
  if (libc === undefined || (!mayAdopt && Deno.pid !== INIT_PID)) return () => {};
  if (mayAdopt) libc.adoptOrphans();
  let seen: number | undefined;
  // The runtime waits for the children that it started as soon as they end: what is still there at the next look is an
  // orphan.
  const isOwn = (pid: number) => {
    const isNew = pid !== seen;
    seen = pid;
    return isNew;
  };
  const reap = () => libc.reapOrphans(isOwn);
  Deno.unrefTimer(setInterval(reap, LOOK_MS));
  return reap;
}
