// The arithmetic of a lease, and what a leader makes of it: whatever the numbers, a program is gone before its seat is.

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { LeaseWatch } from "../../../../src/client/lead/guard/guarded_program.ts";
import {
  giveUpAfterMs,
  goneAfterMs,
  isLeaseLongEnough,
  type LeaseTimes,
  pingEveryMs,
  shortestLeaseMs,
  termAfterMs,
} from "../../../../src/rules/lease_times.ts";
import { holds } from "../../../support/seed.ts";

const ms = (min: number, max: number) => fc.integer({ min, max });
const anyTimes: fc.Arbitrary<LeaseTimes> = fc.record({
  leaseMs: ms(1, 100_000),
  killAfterMs: ms(0, 20_000),
  marginMs: ms(1, 20_000),
});

Deno.test("TERM comes before KILL, and KILL before the server may give the seat away", () => {
  holds(fc.property(anyTimes, (times) => {
    assert(termAfterMs(times) <= goneAfterMs(times));
    assert(goneAfterMs(times) < times.leaseMs);
    assertEquals(goneAfterMs(times) - termAfterMs(times), times.killAfterMs);
  }));
});

Deno.test("with times that fit, two pings may fail before a program is stopped", () => {
  holds(fc.property(anyTimes, (times) => {
    if (!isLeaseLongEnough(times)) return;
    assert(2 * pingEveryMs(times) < termAfterMs(times));
    assert(giveUpAfterMs(times) < termAfterMs(times));
  }));
});

Deno.test("the shortest lease is long enough, and the next shorter one is not", () => {
  holds(fc.property(anyTimes, (times) => {
    const leaseMs = shortestLeaseMs(times);
    assert(isLeaseLongEnough({ ...times, leaseMs }));
    assert(!isLeaseLongEnough({ ...times, leaseMs: leaseMs - 1 }));
  }));
});

Deno.test("the times of the example leave three pings and more before TERM", () => {
  const times = { leaseMs: 5_000, killAfterMs: 1_000, marginMs: 250 };
  assertEquals([termAfterMs(times), goneAfterMs(times)], [3_750, 4_750]);
  assert(isLeaseLongEnough(times));
  assert(termAfterMs(times) > 4 * pingEveryMs(times));
});

Deno.test("whatever becomes of the clocks, a guard never has more time left than the last proof gave it", () => {
  const step = fc.record({
    /** How the shared clock moves while the other one runs. */
    ranMs: ms(0, 2_000),
    setMs: ms(-5_000, 5_000),
    renewal: fc.option(fc.record({ ageMs: ms(0, 3_000), longerMs: ms(0, 5_000) }), { nil: undefined }),
  });
  holds(fc.property(ms(1, 5_000), fc.array(step, { maxLength: 30 }), (leaseMs, steps) => {
    const watch = new LeaseWatch(leaseMs);
    let now = { running: 0, wall: 1e12 };
    let lastRenewal = -Infinity;
    for (const { ranMs, setMs, renewal } of steps) {
      now = { running: now.running + ranMs, wall: now.wall + ranMs + setMs };
      if (renewal !== undefined) {
        // Written `ageMs` ago: what it was worth has passed for as long.
        watch.renew({ goneBy: now.wall - renewal.ageMs + leaseMs, leftMs: leaseMs + renewal.longerMs }, now);
        lastRenewal = now.running;
        assert(watch.leftMs(now) <= leaseMs - renewal.ageMs);
      }
      assert(watch.leftMs(now) <= lastRenewal + leaseMs - now.running);
    }
  }));
});

Deno.test("a guard that was never told of a proof has no time at all", () => {
  assert(new LeaseWatch(1_000).leftMs({ running: 0, wall: 0 }) < 0);
});

Deno.test("a renewal that was held back is worth only what is left of it", () => {
  const watch = new LeaseWatch(1_000);
  watch.renew({ goneBy: 5_000, leftMs: 900 }, { running: 100, wall: 4_900 });
  assertEquals(watch.leftMs({ running: 100, wall: 4_900 }), 100);
  assertEquals(watch.leftMs({ running: 150, wall: 9_000 }), -4_000);
  assertEquals(watch.leftMs({ running: 300, wall: 4_950 }), -100);
});

Deno.test("a renewal whose time of day was set back on the way is worth what it says on the other clock", () => {
  const watch = new LeaseWatch(1_000);
  watch.renew({ goneBy: 5_000, leftMs: 300 }, { running: 100, wall: 1_000 });
  assertEquals(watch.leftMs({ running: 100, wall: 1_000 }), 300);
});
