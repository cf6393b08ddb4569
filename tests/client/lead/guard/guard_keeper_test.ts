// A client keeps a guard ready, and notices when it does not answer.

import { assertEquals } from "@std/assert";
import { GuardKeeper } from "../../../../src/client/lead/guard/guard_keeper.ts";
import type { GuardHandle, GuardListener } from "../../../../src/client/lead/guard/guard_process.ts";
import { FakeClock } from "../../../support/fake_clock.ts";

const CHECK_MS = 2_000;

function keep(needsGuard = false, isReady = true) {
  const clock = new FakeClock();
  const said: string[] = [];
  const ended = Promise.withResolvers<string>();
  let checks = 0;
  let kills = 0;
  let listener: GuardListener | undefined;
  const guard: GuardHandle = {
    pid: 4_711,
    isReady,
    ended: ended.promise,
    begin: () => {
      throw new Error("no program is started here");
    },
    check: () => void checks++,
    kill: () => void kills++,
    close() {},
  };
  const keeper = new GuardKeeper({
    spawnGuard: (its) => {
      listener = its;
      return guard;
    },
    say: (line) => said.push(line),
    after: (ms, callback) => clock.after(ms, callback),
  }, {
    needsGuard: () => needsGuard && !said.some((line) => line.startsWith("Guard ended")),
    onReady() {},
    onUnfit() {},
  });
  return { clock, said, ended, keeper, listener: listener!, checks: () => checks, kills: () => kills };
}

Deno.test("a guard that does not answer a check is reported once, and when it answers again", () => {
  const { clock, said, keeper, listener, checks } = keep();
  listener.onAlive();
  clock.advance(CHECK_MS);
  assertEquals([checks(), said], [2, []]);
  clock.advance(5 * CHECK_MS);
  assertEquals([checks(), said], [2, ["Guard does not answer; check whether process 4711 is suspended"]]);
  listener.onAlive();
  clock.advance(CHECK_MS);
  assertEquals([checks(), said.at(-1)], [3, "Guard answers again"]);
  keeper.close();
  assertEquals(clock.timers, 0);
});

Deno.test("an answer that comes late, because this process was suspended itself, is not reported", () => {
  const { clock, said, listener } = keep();
  clock.advance(CHECK_MS);
  listener.onAlive();
  clock.advance(CHECK_MS);
  assertEquals(said, []);
});

Deno.test("a guard that has ended is replaced, with a message", async () => {
  const { said, ended } = keep(true);
  ended.resolve("SIGKILL");
  await ended.promise;
  assertEquals(said, ["Guard ended (SIGKILL), starting another"]);
});

Deno.test("a guard that has ended is not checked", async () => {
  const { clock, ended } = keep();
  ended.resolve("SIGKILL");
  await ended.promise;
  await Promise.resolve();
  assertEquals(clock.timers, 0);
});

Deno.test("a guard that is suspended before it takes orders is killed and replaced, as often as it happens", async () => {
  const { clock, said, ended, kills, keeper } = keep(true, false);
  clock.advance(2 * CHECK_MS);
  assertEquals(kills(), 0);
  clock.advance(CHECK_MS);
  assertEquals(kills(), 1);
  ended.resolve("SIGKILL");
  await ended.promise;
  assertEquals(said.at(-1), "Guard ended (SIGKILL), starting another");
  keeper.close();
});
