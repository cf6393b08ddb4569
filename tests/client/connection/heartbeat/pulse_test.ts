// The pulse of a connection, on a clock that the test moves.

import { assertEquals } from "@std/assert";
import { Pulse } from "../../../../src/client/connection/heartbeat/pulse.ts";
import { CLIENT_BOUNDS } from "../../../../src/config/keys/client_bounds.ts";
import { FakeClock } from "../../../support/fake_clock.ts";

function startPulse() {
  const clock = new FakeClock();
  const pings: PromiseWithResolvers<unknown>[] = [];
  const proofs: [sentAt: number, mark: number | undefined][] = [];
  const silences: number[] = [];
  let ticket = 1;
  const pulse = new Pulse({
    ping: () => {
      const ping = Promise.withResolvers<unknown>();
      pings.push(ping);
      return ping.promise;
    },
    now: () => ({ running: clock.now(), wall: clock.now() }),
    after: (ms, callback) => clock.after(ms, callback),
    everyMs: () => 100,
    giveUpAfterMs: () => 250,
    mark: () => ticket,
    onAnswer: (sentAt, mark) => proofs.push([sentAt.running, mark]),
    onSilence: (ms) => silences.push(ms),
  });
  return { clock, pings, proofs, silences, pulse, reseat: () => ticket++ };
}

/** Lets what waits for an answered ping go on. */
async function answer(ping: PromiseWithResolvers<unknown>): Promise<void> {
  ping.resolve({});
  await ping.promise;
}

Deno.test("an answer proves the moment when its ping was sent, and the seat of that moment", async () => {
  const { clock, pings, proofs, pulse, reseat } = startPulse();
  pulse.beat();
  clock.advance(90);
  reseat();
  await answer(pings[0]!);
  assertEquals(proofs, [[0, 1]]);
  clock.advance(10);
  await answer(pings[1]!);
  assertEquals(proofs, [[0, 1], [100, 2]]);
  pulse.stop();
  assertEquals(clock.timers, 0);
});

Deno.test("a connection without an answer is given up when its oldest ping is too old, once", () => {
  const { clock, pings, silences, pulse } = startPulse();
  pulse.beat();
  clock.advance(249);
  assertEquals([pings.length, silences], [3, []]);
  clock.advance(1_000);
  assertEquals([pings.length, silences], [3, [250]]);
  pulse.stop();
});

Deno.test("one late answer is enough for the connection to be kept, and for those before it", async () => {
  const { clock, pings, silences, pulse } = startPulse();
  pulse.beat();
  clock.advance(210);
  await answer(pings[1]!);
  clock.advance(130);
  assertEquals(silences, []);
  clock.advance(110);
  assertEquals(silences, [250]);
  pulse.stop();
});

Deno.test("a connection that ended takes its unanswered pings with it", async () => {
  const { clock, pings, proofs, silences, pulse } = startPulse();
  pulse.beat();
  pulse.stop();
  pings[0]!.reject(new Error("the connection was lost"));
  await pings[0]!.promise.catch(() => {});
  clock.advance(1_000);
  pulse.beat();
  clock.advance(240);
  assertEquals([silences, proofs], [[], []]);
  pulse.stop();
});

Deno.test("a pulse that is started again while it runs sends no further ping", () => {
  const { clock, pings, pulse } = startPulse();
  for (let i = 0; i < 3; i++) pulse.start();
  assertEquals(pings.length, 1);
  pulse.stop();
  pulse.start();
  assertEquals([pings.length, clock.timers], [2, 1]);
  pulse.stop();
});

Deno.test("so many pings wait for an answer at once, and the oldest still says how long the silence is", () => {
  const { clock, pings, silences, pulse } = startPulse();
  for (let i = 0; i < 2 * CLIENT_BOUNDS.pingsUnanswered; i++) pulse.beat();
  assertEquals(pings.length, CLIENT_BOUNDS.pingsUnanswered);
  clock.advance(300);
  assertEquals(silences, [250]);
});
