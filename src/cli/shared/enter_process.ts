// The first steps of both programs.

import { type IgnoredSignals, Libc } from "./libc.ts";

/** Makes the process the guard of a program. It is no flag of `--help`, because only rankclient uses it. */
export const GUARD_ARGUMENT = "--guard";

/** State of the process that can be read only at its start. */
export interface ProcessStart {
  /** `undefined` without Linux and glibc, or without the permission `ffi`. */
  readonly libc: Libc | undefined;
  readonly ignored: IgnoredSignals;
}

/** The exit code of a process that SIGUSR1 ends: 128 plus its number. */
const EXIT_BY_SIGUSR1 = 138;

/** To be called before anything listens for a signal. */
export function enterProcess(): ProcessStart {
  const libc = Libc.open();
  const ignored: IgnoredSignals = libc?.ignoredSignals() ?? new Set();
  keepInspectorClosed(libc);
  return { libc, ignored };
}

/**
 * When a program runs from its sources, SIGUSR1 makes Deno 2.9.2 and later open V8's inspector on 127.0.0.1 port 9229,
 * where every user of the machine can run code in it. No flag prevents that, and a listener is called in addition, not
 * instead. Executables have no inspector. This makes SIGUSR1 do nothing, except for listeners in executables. From the
 * sources that takes the permission `ffi`; without it, the signal ends the process, as it ends any program.
 */
function keepInspectorClosed(libc: Libc | undefined): void {
  if (Deno.build.os === "windows") return;
  let isHarmless = Deno.build.standalone;
  // The runtime installs its handler now and only once, so that it can be replaced afterwards.
  Deno.addSignalListener("SIGUSR1", () => {
    if (!isHarmless) Deno.exit(EXIT_BY_SIGUSR1);
  });
  isHarmless ||= libc?.discardUsr1() ?? false;
}
