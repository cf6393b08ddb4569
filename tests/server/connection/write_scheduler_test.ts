import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { type Writer, WriteScheduler } from "../../../src/server/connection/write_scheduler.ts";

/** Turns of the event loop that come when the test says so. */
class Loop {
  readonly #booked: (() => void)[] = [];
  readonly afterIo = (callback: () => void) => void this.#booked.push(callback);

  get booked(): number {
    return this.#booked.length;
  }

  turn(): void {
    for (const callback of this.#booked.splice(0)) callback();
  }
}

function recorders(count: number, written: number[]): Writer[] {
  return Array.from({ length: count }, (_, i) => ({ startWrite: () => void written.push(i) }));
}

Deno.test("writes start at the flush and not before, in the order in which they were scheduled", () => {
  const loop = new Loop();
  const turns = new WriteScheduler(loop.afterIo, (callback) => callback());
  const written: number[] = [];
  for (const writer of recorders(5, written)) turns.schedule(writer);
  assertEquals(written, []);
  turns.flush();
  assertEquals(written, [0, 1, 2, 3, 4]);
  assertEquals(loop.booked, 0);
  turns.flush();
  assertEquals(written.length, 5, "a writer was started twice");
  turns.schedule({ startWrite: () => void written.push(5) });
  turns.flush();
  assertEquals(written, [0, 1, 2, 3, 4, 5]);
});

Deno.test("everything flushed before the microtask runs is written together, in one iteration", () => {
  const loop = new Loop();
  const soon = new Loop();
  let commits = 0;
  const turns = new WriteScheduler(loop.afterIo, soon.afterIo, () => commits++);
  const written: number[] = [];
  for (const writer of recorders(5, written)) {
    turns.schedule(writer);
    turns.flush();
  }
  assertEquals([written, soon.booked], [[], 1], "a write started while others could still have joined it");
  assertEquals(turns.idle(), undefined, "nobody has to wait for what one turn does");
  soon.turn();
  assertEquals([written, soon.booked, loop.booked], [[0, 1, 2, 3, 4], 0, 0]);
  assertEquals(commits, 1);
});

Deno.test("one iteration starts at most 100 writes; the others follow, each once and in order", () => {
  const loop = new Loop();
  const turns = new WriteScheduler(loop.afterIo, (callback) => callback());
  const written: number[] = [];
  for (const writer of recorders(1_050, written)) turns.schedule(writer);
  turns.flush();
  let inTurns = 1;
  for (let before = 0; loop.booked > 0; inTurns++) {
    assertLessOrEqual(written.length - before, 100);
    assertEquals(loop.booked, 1, "several turns are booked at once");
    before = written.length;
    loop.turn();
  }
  assertEquals(written, [...new Array(1_050).keys()]);
  assertEquals(inTurns, 11);
});

Deno.test("flushing while writes are scheduled starts nothing: the bound per iteration holds however often it is called", () => {
  const loop = new Loop();
  const turns = new WriteScheduler(loop.afterIo, (callback) => callback());
  const written: number[] = [];
  const writers = recorders(300, written);
  for (const writer of writers.slice(0, 150)) turns.schedule(writer);
  turns.flush();
  for (const writer of writers.slice(150)) {
    turns.schedule(writer);
    turns.flush();
  }
  assertEquals(written.length, 100);
  loop.turn();
  loop.turn();
  assertEquals(written, [...new Array(300).keys()]);
});

Deno.test("a writer that schedules itself while it starts is started again behind those already waiting", () => {
  const loop = new Loop();
  const turns = new WriteScheduler(loop.afterIo, (callback) => callback());
  const written: string[] = [];
  let again = 3;
  const eager: Writer = {
    startWrite: () => {
      written.push("eager");
      if (again-- > 0) turns.schedule(eager);
    },
  };
  turns.schedule(eager);
  turns.schedule({ startWrite: () => void written.push("other") });
  turns.flush();
  for (let i = 0; i < 5 && written.length < 5; i++) {
    turns.flush();
    loop.turn();
  }
  assertEquals(written, ["eager", "other", "eager", "eager", "eager"]);
});

Deno.test("idle is undefined when one iteration is enough, and otherwise resolves with the last one", async () => {
  const loop = new Loop();
  const turns = new WriteScheduler(loop.afterIo, (callback) => callback());
  assertEquals(turns.idle(), undefined);
  const writers = recorders(250, []);
  for (const writer of writers.slice(0, 100)) turns.schedule(writer);
  assertEquals(turns.idle(), undefined);
  for (const writer of writers.slice(100)) turns.schedule(writer);
  assert(turns.idle() !== undefined);
  turns.flush();
  const waits = [turns.idle(), turns.idle()];
  assert(waits.every((wait) => wait !== undefined));
  let isIdle = false;
  const both = Promise.all(waits).then(() => isIdle = true);
  loop.turn();
  await new Promise((resolve) => setTimeout(resolve));
  assert(!isIdle, "idle with writers waiting");
  loop.turn();
  await both;
  assertEquals(turns.idle(), undefined);
});
