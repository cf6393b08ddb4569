// Waits for dead orphans, so that they neither accumulate nor count as members of a process group.

import type { Libc } from "../../shared/mod.ts";

const REAP_MS = 1_000;
const INIT_PID = 1;

/**
 * Reaps them every second. @returns reaps them now
 *
 * @param mayAdopt makes the orphans below this process its children, also where it is not process 1 of a container
 */
export function reapOrphans(libc: Libc | undefined, mayAdopt: boolean): () => void {
  if (libc === undefined || (!mayAdopt && Deno.pid !== INIT_PID)) return () => {};
  if (mayAdopt) libc.adoptOrphans();
  let seen: number | undefined;
  // The runtime waits for the children that it started as soon as they end: a child that is still there the next time is
  // an orphan.
  const isOwn = (pid: number) => {
    const isNew = pid !== seen;
    seen = pid;
    return isNew;
  };
  const reap = () => libc.reapOrphans(isOwn);
  Deno.unrefTimer(setInterval(reap, REAP_MS));
  return reap;
}
