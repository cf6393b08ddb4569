import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { type ByteSink, FAILED_WRITE_PAUSE_MS, LineWriter, PAUSE_MS } from "../../src/log/line_writer.ts";
import { holdsAsync } from "../support/seed.ts";

const droppedLine = (count: number) => `${count} dropped`;

/** A reader that takes what it is given only when the test says so. */
class HeldSink implements ByteSink {
  readonly writes: {
    readonly text: string;
    resolve: (count: number) => void;
    reject: (error: Error) => void;
  }[] = [];
  taken = "";
  #onWrite: (() => void) | undefined;

  write(bytes: Uint8Array): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const text = new TextDecoder().decode(bytes);
    this.writes.push({ text, resolve, reject });
    this.#onWrite?.();
    return promise;
  }

  /** The next write, once it is there. */
  async next(): Promise<HeldSink["writes"][number]> {
    while (this.writes.length === 0) await new Promise<void>((resolve) => this.#onWrite = resolve);
    return this.writes.shift()!;
  }

  async take(): Promise<void> {
    const { text, resolve } = await this.next();
    this.taken += text;
    resolve(new TextEncoder().encode(text).length);
  }
}

/** One timer, whose time is up when the test says so. */
class HeldTimer {
  ms: number | undefined;
  #callback: (() => void) | undefined;
  #onStart: (() => void) | undefined;

  readonly start = (ms: number, callback: () => void) => {
    assert(!this.isRunning, "a second timer was started");
    [this.ms, this.#callback] = [ms, callback];
    this.#onStart?.();
    return () => this.#callback = undefined;
  };

  get isRunning(): boolean {
    return this.#callback !== undefined;
  }

  async started(): Promise<void> {
    while (!this.isRunning) await new Promise<void>((resolve) => this.#onStart = resolve);
  }

  /** Lets the time be up, once the timer runs. */
  async end(): Promise<void> {
    await this.started();
    const callback = this.#callback!;
    this.#callback = undefined;
    callback();
  }
}

function heldWriter({ maxQueued = 1_000 } = {}) {
  const [sink, timer] = [new HeldSink(), new HeldTimer()];
  return { sink, timer, writer: new LineWriter(sink, maxQueued, droppedLine, timer.start) };
}

Deno.test("the first line is written immediately, and those of the pause complete, in order and in one write", async () => {
  const { sink, timer, writer } = heldWriter();
  writer.write("one");
  assertEquals(sink.writes.map((write) => write.text), ["one\n"]);
  writer.write("two");
  await sink.take();
  await timer.started();
  writer.write("three");
  assertEquals(sink.writes.length, 0, "a write did not wait for the cool-down");
  await timer.end();
  assertEquals(timer.ms, PAUSE_MS);
  assertEquals(sink.writes.map((write) => write.text), ["two\nthree\n"]);
  await sink.take();
  await timer.end();
  assertEquals(sink.writes.length, 0);
  writer.write("after a silence");
  assertEquals(sink.writes.map((write) => write.text), ["after a silence\n"]);
  await sink.take();
  await writer.flush();
});

Deno.test("one write is under way at a time", async () => {
  const { sink, timer, writer } = heldWriter();
  writer.write("one");
  const first = await sink.next();
  writer.write("two");
  writer.write("three");
  assertEquals([sink.writes.length, timer.isRunning], [0, false]);
  first.resolve(4);
  await timer.end();
  await sink.take();
  await writer.flush();
  assertEquals(sink.taken, "two\nthree\n");
});

Deno.test("flushing waits for the reader and for no cool-down, and leaves no timer behind", async () => {
  const { sink, timer, writer } = heldWriter();
  writer.write("one");
  writer.write("two");
  let isFlushed = false;
  const flushed = writer.flush().then(() => isFlushed = true);
  await sink.take();
  const last = await sink.next();
  assertEquals([last.text, isFlushed, timer.isRunning], ["two\n", false, false]);
  last.resolve(4);
  await flushed;
  assertEquals(timer.isRunning, false);
  writer.write("three");
  assertEquals(sink.writes.length, 1, "a flushed writer is not idle");
  await sink.take();
  await writer.flush();
});

Deno.test("by itself it goes on after the cool-down, on the system's timer", async () => {
  const sink = new HeldSink();
  const writer = new LineWriter(sink, 1_000, droppedLine);
  writer.write("one");
  writer.write("two");
  await sink.take();
  await sink.take();
  await writer.flush();
  assertEquals(sink.taken, "one\ntwo\n");
});

Deno.test("a stalled reader loses lines, which are counted; nothing waits and little is kept", async () => {
  const { sink, timer, writer } = heldWriter({ maxQueued: 100 });
  writer.write("first");
  const stalled = await sink.next();
  for (let i = 0; i < 100_000; i++) writer.write(`line ${i}`);
  stalled.resolve(6);
  await timer.end();
  const kept = await sink.next();
  assertLessOrEqual(kept.text.length, 130);
  const lines = kept.text.trimEnd().split("\n");
  const notice = lines.pop();
  assertEquals(lines, lines.map((_, i) => `line ${i}`), "what was kept is not what came first");
  assertEquals(notice, `${100_000 - lines.length} dropped`);
  kept.resolve(kept.text.length);
  await writer.flush();
  writer.write("after");
  await sink.take();
  await writer.flush();
  assertEquals(sink.taken, "after\n");
});

Deno.test("dropped lines are one gap, reported in its place: no shorter line is written after the first loss", async () => {
  const { sink, timer, writer } = heldWriter({ maxQueued: 20 });
  writer.write("first");
  const stalled = await sink.next();
  writer.write("before the gap");
  writer.write("far too long for what is left");
  writer.write("short");
  stalled.resolve(6);
  await timer.end();
  await sink.take();
  writer.write("after");
  await timer.end();
  await sink.take();
  await writer.flush();
  assertEquals(sink.taken, "before the gap\n2 dropped\nafter\n");
});

Deno.test("a write that is taken in pieces goes on where it stopped, within a character too", async () => {
  const pieces = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 });
  await holdsAsync(
    fc.asyncProperty(fc.array(fc.string({ unit: "grapheme" })), pieces, async (texts, sizes) => {
      const lines = texts.map((text) => text.replace(/\s/g, "_"));
      const received: number[] = [];
      let turn = 0;
      const sink: ByteSink = {
        write(bytes) {
          const count = Math.min(bytes.length, sizes[turn++ % sizes.length]!);
          received.push(...bytes.subarray(0, count));
          return Promise.resolve(count);
        },
      };
      const writer = new LineWriter(sink, 10_000, droppedLine, new HeldTimer().start);
      for (const line of lines) writer.write(line);
      await writer.flush();
      const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(received));
      assertEquals(text, lines.map((line) => `${line}\n`).join(""));
    }),
  );
});

Deno.test("when the reader has closed its end, logging ends without an error and without another write", async () => {
  const { sink, timer, writer } = heldWriter();
  writer.write("one");
  writer.write("two");
  (await sink.next()).reject(new Deno.errors.BrokenPipe("Broken pipe"));
  await writer.flush();
  for (let i = 0; i < 1_000; i++) writer.write(`line ${i}`);
  await writer.flush();
  assertEquals([sink.writes.length, timer.isRunning], [0, false]);
});

Deno.test("flushing an idle writer waits for nothing", async () => {
  const { sink, timer, writer } = heldWriter();
  await writer.flush();
  assertEquals([sink.writes.length, timer.isRunning], [0, false]);
});

Deno.test("after any other failed write, the log continues with what was not written", async () => {
  for (
    const [name, code] of [["an I/O error", "EIO"], ["a file size limit", "EFBIG"], ["no code", undefined]]
  ) {
    const { sink, timer, writer } = heldWriter();
    writer.write("one");
    (await sink.next()).reject(Object.assign(new Error(name), { code }));
    await timer.end();
    await sink.take();
    await timer.end();
    writer.write("two");
    await sink.take();
    await writer.flush();
    assertEquals(sink.taken, "one\ntwo\n");
  }
});

/** As the runtime reports it. */
function noRoom(): Error {
  return Object.assign(new Error("No space left on device (os error 28)"), { code: "ENOSPC" });
}

Deno.test("what a full disk does not take is kept, and written in order when there is room", async () => {
  const { sink, timer, writer } = heldWriter();
  writer.write("one");
  const first = await sink.next();
  writer.write("two");
  first.resolve(2);
  (await sink.next()).reject(noRoom());
  await timer.started();
  assertEquals(timer.ms, FAILED_WRITE_PAUSE_MS);
  writer.write("three");
  await timer.end();
  (await sink.next()).reject(noRoom());
  await timer.end();
  for (const _ of ["what was left of the first line", "the others"]) await sink.take();
  await timer.end();
  assertEquals(sink.taken, "e\ntwo\nthree\n");
  await writer.flush();
});

Deno.test("a disk that stays full: the queue is bounded, the gap is reported, and flushing does not wait for space", async () => {
  const { sink, timer, writer } = heldWriter({ maxQueued: 10 });
  writer.write("one");
  (await sink.next()).reject(noRoom());
  await timer.started();
  for (const line of ["two", "three", "four", "five"]) writer.write(line);
  await timer.end();
  for (const _ of ["one", "two and three"]) await sink.take();
  await timer.end();
  (await sink.next()).reject(noRoom());
  await timer.started();
  const flushed = writer.flush();
  (await sink.next()).reject(noRoom());
  await flushed;
  assertEquals([sink.taken, timer.isRunning], ["one\ntwo\nthree\n", false]);
});
