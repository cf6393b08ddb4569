// What this project relies on in `@std/async`; it must hold on the original as well.

import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { deadline } from "@std/async/deadline";
import { delay } from "@std/async/delay";

Deno.test("delay resolves with nothing, not before its time", async () => {
  const startedAt = performance.now();
  assertEquals(await delay(20), undefined);
  assert(performance.now() - startedAt >= 19);
});

Deno.test("delay rejects with the signal's reason, whether aborted before or during the wait", async () => {
  const reason = new RangeError("enough");
  const before = await assertRejects(() => delay(60_000, { signal: AbortSignal.abort(reason) }));
  assertStrictEquals(before, reason);

  const ending = new AbortController();
  const wait = delay(60_000, { signal: ending.signal });
  ending.abort(reason);
  assertStrictEquals(await assertRejects(() => wait), reason);
});

Deno.test("delay rejects with a reason that is not an Error as it is", async () => {
  assertStrictEquals(
    await assertRejects(() => delay(60_000, { signal: AbortSignal.abort("enough") })),
    "enough",
  );
});

Deno.test("delay waits longer than one timer can run", async () => {
  const ending = new AbortController();
  const wait = delay(2 ** 31, { signal: ending.signal }).then(() => "over", () => "still waiting");
  await delay(20);
  ending.abort();
  assertEquals(await wait, "still waiting");
});

Deno.test("delay waits for ever for Infinity, and not at all for less than nothing", async () => {
  for (const ms of [0, -1, -Infinity, NaN]) await delay(ms);
  const ending = new AbortController();
  const wait = delay(Infinity, { signal: ending.signal }).then(() => "over", () => "still waiting");
  await delay(20);
  ending.abort();
  assertEquals(await wait, "still waiting");
});

Deno.test("delay leaves no listener on a signal that outlives it", async () => {
  const listeners = countListeners(new AbortController().signal);
  await delay(0, { signal: listeners.signal });
  assertEquals(listeners.count(), 0);
});

Deno.test("deadline gives what the promise comes to", async () => {
  assertEquals(await deadline(Promise.resolve(7), 60_000), 7);
  const failure = new RangeError("no");
  assertStrictEquals(await assertRejects(() => deadline(Promise.reject(failure), 60_000)), failure);
});

Deno.test("deadline rejects with a TimeoutError when the time is up", async () => {
  const error = await assertRejects(() => deadline(new Promise(() => {}), 10), DOMException);
  assertEquals(error.name, "TimeoutError");
});

Deno.test("deadline waits without limit for Infinity, and for more than can be counted", async () => {
  for (const ms of [Infinity, Number.MAX_SAFE_INTEGER]) {
    assertEquals(await deadline(Promise.resolve(7), ms), 7);
    const ending = new AbortController();
    const wait = deadline(new Promise(() => {}), ms, { signal: ending.signal });
    ending.abort("enough");
    assertEquals(await assertRejects(() => wait), "enough");
  }
});

Deno.test("deadline throws at once for a time that there is not", () => {
  for (const ms of [NaN, -1]) assertThrows(() => deadline(Promise.resolve(), ms), TypeError);
});

Deno.test("deadline rejects with the reason of the signal", async () => {
  const reason = new RangeError("enough");
  const options = { signal: AbortSignal.abort(reason) };
  assertStrictEquals(await assertRejects(() => deadline(new Promise(() => {}), 60_000, options)), reason);

  const ending = new AbortController();
  const wait = deadline(new Promise(() => {}), 60_000, { signal: ending.signal });
  ending.abort(reason);
  assertStrictEquals(await assertRejects(() => wait), reason);
});

Deno.test("deadline leaves no listener on a signal that outlives it", async () => {
  const listeners = countListeners(new AbortController().signal);
  await deadline(Promise.resolve(), 60_000, { signal: listeners.signal });
  assertEquals(listeners.count(), 0);
});

/** The signal itself, with its abort listeners counted. */
function countListeners(signal: AbortSignal): { signal: AbortSignal; count: () => number } {
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args));
  signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args));
  return { signal, count: () => listeners };
}
