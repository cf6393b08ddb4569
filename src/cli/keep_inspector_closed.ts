// From its sources, a program of Deno 2.9.2 or newer opens V8's inspector on 127.0.0.1 port 9229 on SIGUSR1, and every
// user of the machine can then run code in it. No flag prevents that, and a listener is called besides, not instead.
// Executables have no inspector.

/** Of a process that SIGUSR1 has ended: 128 and the signal's number. */
const EXIT_BY_SIGUSR1 = 138;
/** On Linux, for x86-64 and arm64 alike. */
const SIGUSR1_NUMBER = 10;

/**
 * Call it before anything else: from now on SIGUSR1 does nothing, except for listeners in executables. From its sources
 * that takes the permission `ffi`; without it, the signal ends the process, as it ends any program.
 */
export function keepInspectorClosed(): void {
  if (Deno.build.os === "windows") return;
  let isHarmless = Deno.build.standalone;
  // The runtime installs its handler for the whole process now, and never again...
  Deno.addSignalListener("SIGUSR1", () => {
    if (!isHarmless) Deno.exit(EXIT_BY_SIGUSR1);
  });
  isHarmless ||= discardSignal();
}

/** @returns whether it could be done */
function discardSignal(): boolean {
  if (Deno.build.os !== "linux" || Deno.permissions.querySync({ name: "ffi" }).state !== "granted") {
    return false;
  }
  try {
    const { symbols } = Deno.dlopen("libc.so.6", {
      dlsym: { parameters: ["pointer", "buffer"], result: "pointer" },
      signal: { parameters: ["i32", "pointer"], result: "pointer" },
    });
    // ...so that it can be replaced by a function that takes a number and has no effect. If the signal were ignored
    // instead, the programs that are started would inherit that.
    const harmless = symbols.dlsym(null, new TextEncoder().encode("abs\0"));
    if (harmless === null) return false;
    symbols.signal(SIGUSR1_NUMBER, harmless);
    return true;
  } catch {
    return false; // no glibc
  }
}
