import { assertEquals, assertLess, assertStrictEquals } from "@std/assert";
import { acceptLoop } from "../../../src/server/connection/listener.ts";
import { timerYield } from "../../support/server/timer_yield.ts";

/** What a listener's next accepts bring: a connection, or an error. After the last one it is closed. */
function listener(accepts: (string | Error)[], onClosed = () => {}): AsyncIterable<string> {
  return {
    async *[Symbol.asyncIterator]() {
      // Like the runtime's own: the iteration ends at a failed accept, and a new one goes on with the next.
      for (let next = accepts.shift(); next !== undefined; next = accepts.shift()) {
        if (next instanceof Error) throw next;
        await Promise.resolve();
        yield next;
      }
      onClosed();
    },
  };
}

function watched(signal = new AbortController().signal) {
  const connections: string[] = [];
  const failures: [unknown, number][] = [];
  const options = {
    onConnection: (connection: string) => void connections.push(connection),
    onFailure: (error: unknown, retryMs: number) => void failures.push([error, retryMs]),
    yieldToIo: timerYield(),
    signal,
  };
  return { connections, failures, options };
}

Deno.test("connections are passed on in order until the listener is closed", async () => {
  const { connections, failures, options } = watched();
  await acceptLoop(listener(["a", "b", "c"]), options);
  assertEquals(connections, ["a", "b", "c"]);
  assertEquals(failures, []);
});

Deno.test("a failed accept is reported and the loop goes on", async () => {
  const { connections, failures, options } = watched();
  const reset = new Error("Socket is not connected");
  await acceptLoop(listener(["a", reset, "b"]), options);
  assertEquals(connections, ["a", "b"]);
  assertEquals(failures.length, 1);
  assertStrictEquals(failures[0]![0], reset);
});

Deno.test("the wait grows while nothing is accepted, and is short again after a success", async () => {
  const { connections, failures, options } = watched();
  const full = () => new Error("Too many open files");
  await acceptLoop(listener([full(), full(), full(), "a", full(), "b"]), options);
  assertEquals(failures.map(([, retryMs]) => retryMs), [10, 20, 40, 10]);
  assertEquals(connections, ["a", "b"]);
});

Deno.test("the wait never exceeds a second, and an abort ends it immediately", async () => {
  const ending = new AbortController();
  const waits: number[] = [];
  let abortedAt = Infinity;
  const { connections, options } = watched(ending.signal);
  await acceptLoop(listener([...new Array(9).fill(new Error("Too many open files")), "never"]), {
    ...options,
    onFailure: (_, retryMs) => {
      waits.push(retryMs);
      if (waits.length < 9) return;
      setTimeout(() => {
        abortedAt = performance.now();
        ending.abort();
      });
    },
  });
  assertEquals(waits, [10, 20, 40, 80, 160, 320, 640, 1_000, 1_000]);
  assertLess(performance.now() - abortedAt, 500, "the wait of a second went on");
  assertEquals(connections, []);
});

Deno.test("the error that closing the listener causes is not a failure", async () => {
  const ending = new AbortController();
  const { failures, options } = watched(ending.signal);
  await acceptLoop({
    [Symbol.asyncIterator]: () => ({
      next: () => {
        ending.abort();
        return Promise.reject(new Error("Listener is closed"));
      },
    }),
  }, options);
  assertEquals(failures, []);
});

Deno.test("nothing is accepted with a signal that is already aborted", async () => {
  const { connections, options } = watched(AbortSignal.abort());
  await acceptLoop(listener(["a"]), options);
  assertEquals(connections, []);
});

Deno.test("a connection that was reset before it was accepted is no failure, and delays no other", async () => {
  const { NotConnected, ConnectionAborted, ConnectionReset } = Deno.errors;
  const { connections, failures, options } = watched();
  const resets = [NotConnected, ConnectionAborted, ConnectionReset].map((kind) => new kind("reset"));
  await acceptLoop(listener(["a", ...resets, "b"]), options);
  assertEquals([connections, failures], [["a", "b"], []]);
});

Deno.test("G9: a flood of connections, reset ones too, does not monopolize the event loop", async () => {
  const flood = 1_000;
  for (const one of ["one of many", new Deno.errors.NotConnected("reset before it was accepted")]) {
    const { connections, failures, options } = watched();
    let handledBefore = Infinity;
    const timer = setTimeout(() => handledBefore = connections.length + failures.length);
    await acceptLoop(listener(new Array(flood).fill(one)), options);
    clearTimeout(timer);
    assertLess(handledBefore, flood);
  }
});
