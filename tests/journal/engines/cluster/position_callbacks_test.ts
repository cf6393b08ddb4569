import { assertEquals } from "@std/assert";
import { PositionCallbacks } from "../../../../src/journal/engines/cluster/position_callbacks.ts";

Deno.test("callbacks come in the order of their positions, each once, also when a position is skipped", () => {
  const callbacks = new PositionCallbacks();
  const called: string[] = [];
  for (const [at, name] of [[7, "seven"], [5, "five"], [5, "five again"], [9, "nine"]] as const) {
    callbacks.add(at, () => called.push(name));
  }
  callbacks.reached(4);
  assertEquals(called, []);
  callbacks.reached(5);
  assertEquals(called, ["five", "five again"]);
  callbacks.reached(8);
  assertEquals(called, ["five", "five again", "seven"]);
  callbacks.clear();
  callbacks.reached(20);
  assertEquals(called.length, 3);
});

Deno.test("a callback may add another one", () => {
  const callbacks = new PositionCallbacks();
  const called: number[] = [];
  callbacks.add(1, () => callbacks.add(2, () => called.push(2)));
  callbacks.reached(1);
  assertEquals(called, []);
  callbacks.reached(2);
  assertEquals(called, [2]);
});
