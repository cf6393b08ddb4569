import { assert, assertEquals } from "@std/assert";
import { LineSender } from "../../../../src/client/connection/transport/line_sender.ts";

/** A sink whose writes the test completes. */
class SlowSink {
  readonly writes: {
    readonly text: string;
    readonly take: (count?: number) => void;
    readonly fail: () => void;
  }[] = [];

  write(bytes: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      this.writes.push({
        text: new TextDecoder().decode(bytes),
        take: (count = bytes.length) => resolve(count),
        fail: () => reject(new Error("broken")),
      });
    });
  }

  get texts(): string[] {
    return this.writes.map((write) => write.text);
  }
}

/** Lets everything run that waits for nothing outside. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("one write is in flight, and what gathers meanwhile goes out joined", async () => {
  const sink = new SlowSink();
  const sender = new LineSender(sink, 1_000, () => {});
  for (const line of ["a", "b", "c"]) assert(sender.send(line));
  assertEquals(sink.texts, ["a\n"]);
  sink.writes[0]!.take();
  await turn();
  assertEquals(sink.texts, ["a\n", "b\nc\n"]);
});

Deno.test("a write that was taken in part is continued where it stopped", async () => {
  const sink = new SlowSink();
  const sender = new LineSender(sink, 1_000, () => {});
  sender.send("abcdef");
  sink.writes[0]!.take(2);
  await turn();
  assertEquals(sink.texts, ["abcdef\n", "cdef\n"]);
});

Deno.test("a line over the bound is not taken, unless it is the only one that waits", async () => {
  const sink = new SlowSink();
  const sender = new LineSender(sink, 10, () => {});
  assert(sender.send("x"));
  assert(sender.send("a line longer than the bound"));
  assert(!sender.send("y"));
  sink.writes[0]!.take();
  await turn();
  assert(sender.send("y"));
});

Deno.test("room for a line is there when half of the queue has gone, and everything is flushed when all is written", async () => {
  const sink = new SlowSink();
  const sender = new LineSender(sink, 10, () => {});
  const done: string[] = [];
  sender.send("first");
  sender.send("second");
  sender.hasRoomFor(3).then(() => done.push("room"));
  sender.flushed().then(() => done.push("flushed"));
  await turn();
  assertEquals(done, []);
  sink.writes[0]!.take();
  await turn();
  assertEquals([done, sink.texts[1]], [[], "second\n"]);
  sink.writes[1]!.take();
  await turn();
  assertEquals(done.sort(), ["flushed", "room"]);
});

Deno.test("a write that fails is told once, ends every wait, and nothing is taken any more", async () => {
  const sink = new SlowSink();
  const failures: unknown[] = [];
  const sender = new LineSender(sink, 10, (error) => failures.push(error));
  sender.send("a");
  sender.send("b");
  const waits = Promise.all([sender.hasRoomFor(100), sender.flushed()]);
  sink.writes[0]!.fail();
  await waits;
  assertEquals([failures.length, sender.send("c"), sink.writes.length], [1, false, 1]);
});
