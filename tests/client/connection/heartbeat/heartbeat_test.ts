// The sign of life that a connection is asked for, on a clock that the test moves.

import { assertEquals } from "@std/assert";
import { Heartbeat } from "../../../../src/client/connection/heartbeat/heartbeat.ts";
import { notSent } from "../../../../src/client/session/request_error.ts";
import { FakeClock } from "../../../support/fake_clock.ts";

const BOUNDS = { heartbeatMs: 100, silenceMs: 200 };

function startHeartbeat(answer: () => Promise<unknown> = () => new Promise(() => {})) {
  const clock = new FakeClock();
  const state = { bytes: 0, asked: 0, silences: [] as number[] };
  const heartbeat = new Heartbeat({
    bounds: BOUNDS,
    clock: {
      now: () => ({ running: clock.now(), wall: clock.now() }),
      after: (ms, callback) => clock.after(ms, callback),
    },
    bytesHeard: () => state.bytes,
    ask() {
      state.asked++;
      return answer();
    },
    giveUp: (ms) => state.silences.push(ms),
  });
  heartbeat.start();
  return { clock, state, heartbeat };
}

/** Moves on in small steps, so that what waits for a promise goes on as it would. */
async function advance(clock: FakeClock, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 10) {
    clock.advance(Math.min(10, left));
    await Promise.resolve();
  }
}

Deno.test("as long as something comes, nobody is asked", async () => {
  const { clock, state, heartbeat } = startHeartbeat();
  for (let i = 0; i < 10; i++) {
    state.bytes++;
    await advance(clock, BOUNDS.heartbeatMs);
  }
  assertEquals([state.asked, state.silences], [0, []]);
  heartbeat.stop();
  assertEquals(clock.timers, 0);
});

Deno.test("without anything the other end is asked, and given up without an answer, once", async () => {
  const { clock, state } = startHeartbeat();
  await advance(clock, BOUNDS.heartbeatMs);
  assertEquals(state.asked, 1);
  await advance(clock, BOUNDS.silenceMs);
  assertEquals(state.silences, []);
  await advance(clock, 1_000);
  assertEquals(state.silences, [BOUNDS.heartbeatMs + BOUNDS.silenceMs]);
  assertEquals(clock.timers, 0);
});

Deno.test("a question that cannot be sent, because too many others wait, is unanswered, too", async () => {
  const { clock, state } = startHeartbeat(() => Promise.reject(notSent("overflow", "full")));
  await advance(clock, BOUNDS.heartbeatMs + BOUNDS.silenceMs + 1_000);
  assertEquals(state.silences, [BOUNDS.heartbeatMs + BOUNDS.silenceMs]);
});

Deno.test("an answer that comes slowly is waited for as long as it comes", async () => {
  const { clock, state, heartbeat } = startHeartbeat();
  await advance(clock, BOUNDS.heartbeatMs);
  for (let i = 0; i < 20; i++) {
    state.bytes++;
    await advance(clock, BOUNDS.heartbeatMs);
  }
  assertEquals([state.asked, state.silences], [1, []]);
  heartbeat.stop();
});

Deno.test("a process that was stopped reads what came meanwhile before it gives the other end up", async () => {
  const { clock, state, heartbeat } = startHeartbeat();
  await advance(clock, BOUNDS.heartbeatMs);
  // The timer is late, and only then the answer is read.
  clock.advance(BOUNDS.silenceMs);
  state.bytes++;
  await advance(clock, BOUNDS.heartbeatMs);
  assertEquals(state.silences, []);
  heartbeat.stop();
  assertEquals(clock.timers, 0);
});
