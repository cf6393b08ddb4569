// As process 1 of a container without an init, this process is the parent of every orphan there. It waits for them, so
// that the dead do not pile up.

import type { Libc } from "./libc.ts";

const LOOK_MS = 1_000;
const INIT_PID = 1;

/** Waits for dead orphans as long as the process lives, if that is its part. @returns waits for those there are now */
export function reapAsInit(libc: Libc | undefined): () => void {
  if (libc === undefined || Deno.pid !== INIT_PID) return () => {};
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
