import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { Deadlines } from "../../src/time/deadlines.ts";
import { holds } from "../support/seed.ts";
import { FakeClock } from "../support/fake_clock.ts";

function deadlines() {
  const clock = new FakeClock();
  const due: [string, number][] = [];
  return { clock, due, deadlines: new Deadlines<string>(clock, (item) => due.push([item, clock.now()])) };
}

Deno.test("each item comes due after its own time, the short ones before the long", () => {
  const { clock, due, deadlines: waiting } = deadlines();
  waiting.add("long", 100);
  waiting.add("short", 10);
  clock.advance(5);
  waiting.add("later", 10);
  clock.advance(1_000);
  assertEquals(due, [["short", 10], ["later", 15], ["long", 100]]);
  assertEquals([waiting.size, clock.timers], [0, 0]);
});

Deno.test("equally long ones come due in the order they were added", () => {
  const { clock, due, deadlines: waiting } = deadlines();
  for (const item of ["c", "a", "b"]) waiting.add(item, 50);
  clock.advance(49);
  assertEquals(due, []);
  clock.advance(1);
  assertEquals(due.map(([item]) => item), ["c", "a", "b"]);
});

Deno.test("a removed item never comes due", () => {
  const { clock, due, deadlines: waiting } = deadlines();
  for (const item of ["a", "b", "c"]) waiting.add(item, 50);
  waiting.remove("b", 50);
  waiting.remove("nobody", 50);
  waiting.remove("a", 51);
  clock.advance(1_000);
  assertEquals(due.map(([item]) => item), ["a", "c"]);
});

Deno.test("however many wait there is one timer, and none when the last one is removed", () => {
  const { clock, deadlines: waiting } = deadlines();
  for (let i = 0; i < 1_000; i++) {
    waiting.add(`${i}`, 1 + (i * 7) % 100);
    assertEquals(clock.timers, 1);
  }
  for (let i = 0; i < 1_000; i++) waiting.remove(`${i}`, 1 + (i * 7) % 100);
  assertEquals([waiting.size, clock.timers], [0, 0]);
});

Deno.test("a callback may add and remove", () => {
  const clock = new FakeClock();
  const due: string[] = [];
  const waiting: Deadlines<string> = new Deadlines(clock, (item) => {
    due.push(item);
    if (item === "first") {
      waiting.add("again", 10);
      waiting.remove("last", 30);
    }
  });
  waiting.add("first", 10);
  waiting.add("last", 30);
  clock.advance(100);
  assertEquals(due, ["first", "again"]);
  assertEquals([waiting.size, clock.timers], [0, 0]);
});

Deno.test("a timer that fires early is set again, and nothing comes due before its time", () => {
  let now = 0;
  let fire = () => {};
  const due: string[] = [];
  const waiting = new Deadlines<string>({
    now: () => now,
    after: (_, callback) => {
      fire = callback;
      return () => fire = () => {};
    },
  }, (item) => due.push(item));
  waiting.add("a", 10);
  now = 9.5;
  fire();
  assertEquals(due, []);
  now = 10;
  fire();
  assertEquals(due, ["a"]);
});

Deno.test("any history of adding, removing and waiting: each comes due once, on time, unless it was removed", () => {
  const step = fc.oneof(
    fc.constantFrom(5, 10, 50).map((add) => ({ add })),
    fc.nat(40).map((remove) => ({ remove })),
    fc.nat(30).map((wait) => ({ wait })),
  );
  holds(
    fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
      const { clock, due, deadlines: waiting } = deadlines();
      const added: { name: string; ms: number; at: number }[] = [];
      const expected = new Map<string, number>();
      for (const step of steps) {
        if ("add" in step) {
          const item = { name: `${added.length}`, ms: step.add, at: clock.now() + step.add };
          added.push(item);
          expected.set(item.name, item.at);
          waiting.add(item.name, item.ms);
        } else if ("wait" in step) clock.advance(step.wait);
        else {
          const item = added[step.remove];
          if (item === undefined) continue;
          if (item.at > clock.now()) expected.delete(item.name);
          waiting.remove(item.name, item.ms);
        }
        assertLessOrEqual(clock.timers, 1);
        assertEquals(waiting.size === 0, clock.timers === 0);
      }
      clock.advance(1_000);
      assertEquals(due.length, new Set(due.map(([item]) => item)).size);
      assertEquals(new Map(due), new Map([...expected].sort()));
      assert(waiting.size === 0 && clock.timers === 0, "something is left");
    }),
    { numRuns: 500 },
  );
});
