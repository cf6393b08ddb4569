// Which signal is a second wish and which an echo of the first, in a process whose clock the test moves.

import { assertEquals } from "@std/assert";
import { ServerProcess } from "../../support/programs/start_process.ts";

const MODULE = new URL("../../../src/cli/shared/signals.ts", import.meta.url).href;

/** Signals itself, each once the one before has been handled, and ends with 0 when none of them ended it. */
const PROGRAM = `
import { listenForStop } from ${JSON.stringify(MODULE)};
let nowMs = 1_000;
performance.now = () => nowMs;
const { first, release } = listenForStop();
for (const { signal, atMs } of JSON.parse(Deno.args[0])) {
  nowMs = 1_000 + atMs;
  const handled = Promise.withResolvers();
  // After the listener under test, so that it has decided already.
  Deno.addSignalListener(signal, handled.resolve);
  Deno.kill(Deno.pid, signal);
  await handled.promise;
  Deno.removeSignalListener(signal, handled.resolve);
}
await first;
release();
Deno.exit(0);
`;

interface Sent {
  readonly signal: "SIGINT" | "SIGTERM";
  readonly atMs: number;
}

const CASES: readonly { readonly name: string; readonly sent: readonly Sent[]; readonly code: number }[] = [
  {
    name: "a SIGINT that comes at once after a SIGINT is its echo",
    sent: [{ signal: "SIGINT", atMs: 0 }, { signal: "SIGINT", atMs: 5 }, { signal: "SIGINT", atMs: 300 }],
    code: 0,
  },
  {
    name: "a SIGINT that comes later does not ask",
    sent: [{ signal: "SIGINT", atMs: 0 }, { signal: "SIGINT", atMs: 301 }],
    code: 130,
  },
  {
    name: "a SIGTERM that comes at once after a SIGTERM is its echo: task runners pass it on as well",
    sent: [{ signal: "SIGTERM", atMs: 0 }, { signal: "SIGTERM", atMs: 0 }, { signal: "SIGTERM", atMs: 300 }],
    code: 0,
  },
  {
    name: "a SIGTERM that comes later does not ask",
    sent: [{ signal: "SIGTERM", atMs: 0 }, { signal: "SIGTERM", atMs: 301 }],
    code: 143,
  },
  {
    name: "a SIGTERM is no echo of a SIGINT",
    sent: [{ signal: "SIGINT", atMs: 0 }, { signal: "SIGTERM", atMs: 5 }],
    code: 143,
  },
  {
    name: "a SIGINT is no echo of a SIGTERM",
    sent: [{ signal: "SIGTERM", atMs: 0 }, { signal: "SIGINT", atMs: 5 }],
    code: 130,
  },
];

for (const { name, sent, code } of CASES) {
  Deno.test(name, async () => {
    const file = await Deno.makeTempFile({ suffix: ".ts" });
    await Deno.writeTextFile(file, PROGRAM);
    const { code: got, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--no-config", "--allow-all", "--no-check", file, JSON.stringify(sent)],
      signal: AbortSignal.timeout(20_000),
    }).output();
    await Deno.remove(file);
    assertEquals(got, code, new TextDecoder().decode(stderr));
  });
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`a server that gets one ${signal} twice stops in good order, with exit code 0`, async () => {
    await using server = await ServerProcess.start();
    server.signal(signal);
    server.signal(signal);
    const { code, stdout } = await server.exit();
    assertEquals([code, stdout.includes("Server stopped")], [0, true]);
  });
}
