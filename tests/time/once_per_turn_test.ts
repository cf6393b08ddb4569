// Calls that are made several times in one turn are one call in the next.

import { assertEquals } from "@std/assert";
import { oncePerTurn } from "../../src/time/once_per_turn.ts";

Deno.test("several requests in one turn are one call, and one that is made during the call is another", () => {
  const turns: (() => void)[] = [];
  let calls = 0;
  const ask = oncePerTurn((callback) => turns.push(callback), () => {
    if (++calls === 1) ask();
  });
  ask();
  ask();
  assertEquals([turns.length, calls], [1, 0]);
  turns.shift()!();
  assertEquals([turns.length, calls], [1, 1]);
  turns.shift()!();
  assertEquals([turns.length, calls], [0, 2]);
});
