// How the delay of the event loop is measured.

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { EventLoopLag } from "../../../src/web/metrics/event_loop_lag.ts";
import { FakeClock } from "../../support/fake_clock.ts";

Deno.test("a timer in time counts as no delay, and one that fires late counts by how much", () => {
  const clock = new FakeClock();
  let lateMs = 0;
  const lag = new EventLoopLag({
    now: () => clock.now(),
    after: (ms, callback) => clock.after(ms + lateMs, callback),
  });
  lag.start();
  clock.advance(500);
  assertEquals(lag.seconds.counts, [5, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  lateMs = 300;
  clock.advance(100);
  clock.advance(400);
  assertEquals(lag.seconds.counts, [6, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
  assertAlmostEquals(lag.seconds.sum, 0.3);
});

Deno.test("it has one timer while it is started, and none before and after", () => {
  const clock = new FakeClock();
  const lag = new EventLoopLag(clock);
  assertEquals(clock.timers, 0);
  lag.start();
  lag.start();
  clock.advance(1_000);
  assertEquals(clock.timers, 1);
  lag.stop();
  assertEquals(clock.timers, 0);
});
