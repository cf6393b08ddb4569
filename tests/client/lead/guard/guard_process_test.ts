// A guard's process, from the client's side, with a shell in the place of a guard.

import { assert, assertEquals } from "@std/assert";
import { GuardProcess } from "../../../../src/client/lead/guard/guard_process.ts";
import { spawnGuard } from "../../../../src/client/lead/guard/spawn_guard.ts";

const START = {
  argv: ["true"],
  env: {},
  leaseMs: 1_000,
  killAfterMs: 100,
  server: { host: "127.0.0.1", port: 1 },
  goneBy: 0,
  leftMs: 0,
};

function startGuard(script: string): GuardProcess {
  return new GuardProcess(
    spawnGuard({ program: "/bin/sh", args: ["-c", script], env: {} }),
    { onReady() {}, onLine() {}, onAlive() {} },
  );
}

Deno.test("a run whose guard ends without a report is lost, and the guard says why it ended", async () => {
  for (
    const [script, reason] of [["read line; exit 3", "exit code 3"], [
      "read line; kill -9 $$",
      "SIGKILL",
    ]] as const
  ) {
    const guard = startGuard(script);
    const run = guard.begin(START);
    assertEquals([await run.ended, await guard.ended, guard.isGone], [{ kind: "lost" }, reason, true]);
  }
});

// The runtime reports no exit then, but an error that only its listener can handle, and keeps the resources.
Deno.test("a guard that a real-time signal ends is lost", { sanitizeResources: false }, async () => {
  let isGone: boolean | undefined;
  const guard = startGuard("read line; kill -34 $$");
  const { promise, resolve } = Promise.withResolvers<void>();
  const onFault = (event: Event) => {
    event.preventDefault();
    isGone = guard.isGone;
    resolve();
  };
  globalThis.addEventListener("unhandledrejection", onFault, { once: true });
  const run = guard.begin(START);
  assertEquals(await run.ended, { kind: "lost" });
  await Promise.all([guard.ended, promise]);
  assertEquals([isGone, guard.pid], [true, undefined]);
});

Deno.test("a guard that closes its reports is killed", async () => {
  const guard = startGuard("exec 3>&-; sleep 60");
  const run = guard.begin(START);
  assertEquals(await run.ended, { kind: "lost" });
  await guard.ended;
  assert(guard.isGone);
});

Deno.test("a guard that cannot be started ends with the reason, and its runs are lost", async () => {
  const guard = new GuardProcess(
    spawnGuard({ program: "/no/such/program", args: [], env: {} }),
    { onReady() {}, onLine() {}, onAlive() {} },
  );
  const run = guard.begin(START);
  guard.close();
  guard.kill();
  assert((await guard.ended).includes("/no/such/program"));
  assertEquals([await run.ended, guard.isReady, guard.isGone], [{ kind: "lost" }, false, true]);
});
