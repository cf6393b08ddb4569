// What both programs do before anything else.

import { type IgnoredSignals, Libc } from "./libc.ts";

/** What is known of a process only at its start. */
export interface ProcessStart {
  /** `undefined`: not Linux with glibc, or without the permission `ffi`. */
  readonly libc: Libc | undefined;
  readonly ignored: IgnoredSignals;
}

/** Of a process that SIGUSR1 has ended: 128 and the signal's number. */
const EXIT_BY_SIGUSR1 = 138;

/** Call it before anything that listens for a signal. */
export function enterProcess(): ProcessStart {
  const libc = Libc.open();
  const ignored: IgnoredSignals = libc?.ignoredSignals() ?? new Set();
  keepInspectorClosed(libc);
  return { libc, ignored };
}

/**
 * From its sources, a program of Deno 2.9.2 or newer opens V8's inspector on 127.0.0.1 port 9229 on SIGUSR1, and every
 * user of the machine can then run code in it. No flag prevents that, and a listener is called besides, not instead.
 * Executables have no inspector. From now on SIGUSR1 does nothing, except for listeners in executables. From its sources
 * that takes the permission `ffi`; without it, the signal ends the process, as it ends any program.
 */
function keepInspectorClosed(libc: Libc | undefined): void {
  if (Deno.build.os === "windows") return;
  let isHarmless = Deno.build.standalone;
  // The runtime installs its handler for the whole process now, and never again, so that it can be replaced.
  Deno.addSignalListener("SIGUSR1", () => {
    if (!isHarmless) Deno.exit(EXIT_BY_SIGUSR1);
  });
  isHarmless ||= libc?.discardUsr1() ?? false;
}
