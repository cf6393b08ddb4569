import { assert, assertEquals } from "@std/assert";
import { WorkBudget } from "../../../src/web/http/work_budget.ts";
import { FakeClock } from "../../support/fake_clock.ts";

function start() {
  const clock = new FakeClock();
  const spent: number[] = [];
  const budget = new WorkBudget(clock, { take: () => Promise.resolve(), spend: (ms) => void spent.push(ms) });
  const done: number[] = [];
  const work = async (id: number, ms: number) => {
    await budget.take();
    budget.spend(ms);
    done.push(id);
  };
  const pass = async (ms: number) => {
    for (let passed = 0; passed <= ms; passed++) {
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      clock.advance(1);
    }
  };
  return { budget, spent, done, work, pass };
}

Deno.test("work takes a quarter of the time in the long run, in the order in which it was asked for", async () => {
  const { done, work, pass } = start();
  for (let id = 0; id < 1_000; id++) void work(id, 0.9);
  await pass(1_000);
  assert(done.length > 230 && done.length < 270, `${done.length}`);
  assertEquals(done, Array.from(done, (_, index) => index));
});

Deno.test("a page with its files does not wait", async () => {
  const { done, work, pass, spent } = start();
  for (let id = 0; id < 6; id++) void work(id, 0.5);
  await pass(0);
  assertEquals([done.length, spent.length], [6, 6]);
});
