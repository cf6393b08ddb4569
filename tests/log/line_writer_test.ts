import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { type ByteSink, LineWriter } from "../../src/log/line_writer.ts";
import { holdsAsync } from "../seed.ts";

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

Deno.test("lines come out whole and in order, those of one turn in one write", async () => {
  const sink = new HeldSink();
  const writer = new LineWriter(sink, 1_000, droppedLine);
  writer.write("one");
  writer.write("two");
  await sink.take();
  writer.write("three");
  await sink.take();
  await writer.flush();
  assertEquals(sink.taken, "one\ntwo\nthree\n");
});

Deno.test("one write is under way at a time", async () => {
  const sink = new HeldSink();
  const writer = new LineWriter(sink, 1_000, droppedLine);
  writer.write("one");
  const first = await sink.next();
  writer.write("two");
  writer.write("three");
  await Promise.resolve();
  assertEquals(sink.writes.length, 0);
  first.resolve(4);
  await sink.take();
  await writer.flush();
  assertEquals(sink.taken, "two\nthree\n");
});

Deno.test("a stalled reader loses lines, which are counted; nothing waits and little is kept", async () => {
  const sink = new HeldSink();
  const writer = new LineWriter(sink, 100, droppedLine);
  writer.write("first");
  const stalled = await sink.next();
  for (let i = 0; i < 100_000; i++) writer.write(`line ${i}`);
  stalled.resolve(6);
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

Deno.test("lost lines are one gap, told in its place: no shorter line slips in after the first loss", async () => {
  const sink = new HeldSink();
  const writer = new LineWriter(sink, 20, droppedLine);
  writer.write("first");
  const stalled = await sink.next();
  writer.write("before the gap");
  writer.write("far too long for what is left");
  writer.write("short");
  stalled.resolve(6);
  await sink.take();
  writer.write("after");
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
      const writer = new LineWriter(sink, 10_000, droppedLine);
      for (const line of lines) writer.write(line);
      await writer.flush();
      const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(received));
      assertEquals(text, lines.map((line) => `${line}\n`).join(""));
    }),
  );
});

Deno.test("when the reader has gone, logging ends without an error and without asking again", async () => {
  const sink = new HeldSink();
  const writer = new LineWriter(sink, 1_000, droppedLine);
  writer.write("one");
  writer.write("two");
  (await sink.next()).reject(new Error("Broken pipe"));
  await writer.flush();
  for (let i = 0; i < 1_000; i++) writer.write(`line ${i}`);
  await writer.flush();
  assertEquals(sink.writes.length, 0);
});

Deno.test("flushing an idle writer waits for nothing", async () => {
  const sink = new HeldSink();
  await new LineWriter(sink, 1_000, droppedLine).flush();
  assert(sink.writes.length === 0);
});
