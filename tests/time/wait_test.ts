// A wait by a clock, which an abort ends early.

import { assertEquals } from "@std/assert";
import { wait } from "../../src/time/wait.ts";
import { FakeClock } from "../support/fake_clock.ts";

Deno.test("a wait ends when its time is over, or earlier when it is aborted, and leaves no timer behind", async () => {
  const clock = new FakeClock();
  const ended: string[] = [];
  const leaving = new AbortController();
  const after = (ms: number, callback: () => void) => clock.after(ms, callback);
  const waits = [
    wait(after, 100).then(() => ended.push("time")),
    wait(after, 1_000, leaving.signal).then(() => ended.push("aborted")),
    wait(after, 1_000, AbortSignal.abort()).then(() => ended.push("aborted before")),
  ];
  await waits[2];
  clock.advance(99);
  await Promise.resolve();
  assertEquals(ended, ["aborted before"]);
  clock.advance(1);
  await waits[0];
  leaving.abort();
  await waits[1];
  assertEquals(ended, ["aborted before", "time", "aborted"]);
  assertEquals(clock.timers, 0);
});
