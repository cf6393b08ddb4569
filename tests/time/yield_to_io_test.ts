// G9: long work lets the event loop poll its sockets in between, and shares one budget with all other long work.

import { assertEquals } from "@std/assert";
import { type Sharer, YieldToIo } from "../../src/time/yield_to_io.ts";

/** Polls when it is told to. */
class ManualPoll {
  polls = 0;
  clock = 0;
  #polled: (() => void)[] = [];
  #ready: (() => void)[] = [];

  now = () => this.clock;

  poll = (polled: () => void) => {
    this.polls++;
    this.#polled.push(polled);
  };

  afterIo = (callback: () => void) => void this.#ready.push(callback);

  /** Completes the poll under way, and lets the work that it allows run. */
  async complete(meanwhile = () => {}): Promise<void> {
    this.#polled.shift()!();
    meanwhile();
    this.#ready.shift()!();
    await new Promise((resolve) => setTimeout(resolve));
  }

  get isPolling(): boolean {
    return this.#polled.length > 0;
  }
}

Deno.test("work that spends the whole budget continues in order, one piece after each poll", async () => {
  const io = new ManualPoll();
  const yieldToIo = new YieldToIo(io);
  const done: string[] = [];
  const work = async (name: string, pieces: number) => {
    for (let i = 0; i < pieces; i++) {
      await yieldToIo.take();
      done.push(name);
      yieldToIo.spend(5);
    }
  };
  const all = Promise.all([work("a", 3), work("b", 2), work("c", 1)]);
  for (let polls = 1; polls <= 6; polls++) {
    await io.complete();
    assertEquals([done.length, io.polls], [polls, Math.min(polls + 1, 6)]);
  }
  await all;
  assertEquals([done, io.isPolling], [["a", "b", "c", "a", "b", "a"], false]);
});

Deno.test("short pieces of work share the budget of one poll", async () => {
  const io = new ManualPoll();
  const yieldToIo = new YieldToIo(io);
  let done = 0;
  const all = Promise.all(Array.from({ length: 7 }, async () => {
    await yieldToIo.take();
    done++;
    yieldToIo.spend(2);
  }));
  await io.complete();
  assertEquals(done, 3);
  await io.complete();
  assertEquals(done, 6);
  await io.complete();
  await all;
  assertEquals([done, io.polls], [7, 3]);
});

Deno.test("what the poll found ready spends the budget first, and one piece of long work still progresses", async () => {
  const io = new ManualPoll();
  const yieldToIo = new YieldToIo(io);
  const slices: number[] = [];
  const work = async () => {
    await yieldToIo.take();
    slices.push(yieldToIo.remainingMs);
    yieldToIo.spend(yieldToIo.remainingMs);
  };
  const all = Promise.all([work(), work()]);
  await io.complete(() => yieldToIo.spend(3));
  assertEquals(slices, [2]);
  await io.complete(() => yieldToIo.spend(9));
  await all;
  assertEquals(slices, [2, 1]);
});

Deno.test("long work must wait when the budget is spent or other work waits, and nothing polls before", async () => {
  const io = new ManualPoll();
  const yieldToIo = new YieldToIo(io);
  assertEquals([yieldToIo.mustWait, yieldToIo.remainingMs], [false, 5]);
  yieldToIo.spend(4.5);
  assertEquals([yieldToIo.mustWait, yieldToIo.remainingMs], [false, 1]);
  yieldToIo.spend(0.5);
  assertEquals([yieldToIo.mustWait, io.isPolling], [true, false]);
  const waited = yieldToIo.take();
  await io.complete(() => assertEquals(yieldToIo.mustWait, true, "work that waits goes first"));
  await waited;
  assertEquals([yieldToIo.mustWait, io.isPolling, io.polls], [false, false, 1]);
});

Deno.test("what was done before a pause is forgotten, because the runtime has polled in it", () => {
  const io = new ManualPoll();
  const yieldToIo = new YieldToIo(io);
  yieldToIo.spend(7);
  io.clock = 4.9;
  assertEquals([yieldToIo.mustWait, yieldToIo.remainingMs], [true, 1]);
  io.clock = 5;
  assertEquals([yieldToIo.mustWait, yieldToIo.remainingMs, io.polls], [false, 5, 0]);
});

function fresh(): Sharer {
  return { exceedsUntil: 0, share: undefined };
}

/** Does so much work each time that it is its turn. */
function sharers(io: ManualPoll) {
  const yieldToIo = new YieldToIo(io);
  const turns: string[] = [];
  const work = async (name: string, ms: number, count: number, sharer: Sharer = fresh()) => {
    for (let i = 0; i < count; i++) {
      await yieldToIo.take(sharer);
      turns.push(name);
      yieldToIo.spend(ms, sharer);
    }
  };
  return { turns, work };
}

Deno.test("who has exceeded the budget lets the others go first, of whom there may be any number", async () => {
  const io = new ManualPoll();
  const { turns, work } = sharers(io);
  const all = [work("a", 30, 3), work("b", 30, 2)];
  for (let polls = 0; polls < 3; polls++) await io.complete();
  all.push(work("c", 1, 2), work("d", 2, 2));
  for (let polls = 0; polls < 3; polls++) await io.complete();
  await Promise.all(all);
  assertEquals(turns.join(" "), "a a b a c d c d b");
});

Deno.test("those that let others go first progress nevertheless, after every second poll", async () => {
  const io = new ManualPoll();
  const { turns, work } = sharers(io);
  const all = [work("long", 30, 4), work("short", 5, 4)];
  for (let polls = 0; polls < 8; polls++) await io.complete();
  await Promise.all(all);
  assertEquals(turns.join(" "), "long long short long short long short short");
});

Deno.test("who has exceeded the budget is like the others after 32 times as long", async () => {
  const io = new ManualPoll();
  const { turns, work } = sharers(io);
  const sharer = fresh();
  const first = work("long", 15, 1, sharer);
  await io.complete();
  await first;
  assertEquals(sharer.exceedsUntil, 320);
  io.clock = 320;
  const all = [work("other", 5, 2), work("long", 15, 1, sharer), work("another", 5, 1)];
  for (let polls = 0; polls < 4; polls++) await io.complete();
  await Promise.all(all);
  assertEquals(turns.slice(1).join(" "), "other long another other");
});

Deno.test("short work must wait when its sharer has done much since the last poll, and that of others need not", async () => {
  const io = new ManualPoll();
  const yieldToIo = new YieldToIo(io);
  const [busy, quiet] = [fresh(), fresh()];
  for (let piece = 0; piece < 9; piece++) yieldToIo.spend(0.5, busy);
  yieldToIo.spend(0.4, quiet);
  assertEquals(yieldToIo.mustShare(busy), false, "the budget is not spent");
  yieldToIo.spend(0.5, busy);
  assertEquals([busy, quiet].map((sharer) => yieldToIo.mustShare(sharer)), [true, false]);
  const waited = yieldToIo.take(busy);
  await io.complete();
  await waited;
  yieldToIo.spend(5);
  assertEquals(yieldToIo.mustShare(busy), false, "since the last poll it has done nothing");
});
