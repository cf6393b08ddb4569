// G9: long work lets the event loop poll its sockets in between, and takes turns with other long work.

import { assertEquals } from "@std/assert";
import { YieldToIo } from "../../src/time/yield_to_io.ts";

Deno.test("waiting callers continue in order, one after each poll", async () => {
  const due: (() => void)[] = [];
  const yieldToIo = new YieldToIo({ after: (_ms, callback) => (due.push(callback), () => {}) });
  const went: string[] = [];
  const work = async (name: string, times: number) => {
    for (let i = 0; i < times; i++) {
      await yieldToIo.take();
      went.push(name);
    }
  };
  const all = Promise.all([work("a", 3), work("b", 2), work("c", 1)]);
  for (let breath = 1; breath <= 6; breath++) {
    due.shift()!();
    // What goes on does so in microtasks.
    await new Promise((resolve) => setTimeout(resolve));
    assertEquals(went.length, breath);
  }
  await all;
  assertEquals(due.length, 0);
  assertEquals(went, ["a", "b", "c", "a", "b", "a"]);
});
