import { assert, assertEquals, assertNotEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { type ByteWriter, Outbox } from "../../../src/server/connection/outbox.ts";
import { WriteScheduler } from "../../../src/server/connection/write_scheduler.ts";
import { holdsAsync } from "../../support/seed.ts";

/** A connection that takes what it is given when the test says so. */
class HeldConnection implements ByteWriter {
  readonly writes: {
    readonly bytes: Uint8Array;
    take: (count?: number) => Promise<void>;
    fail: () => Promise<void>;
  }[] = [];
  received = "";

  write(bytes: Uint8Array): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.writes.push({
      bytes,
      take: (count = bytes.length) => {
        this.received += text(bytes.subarray(0, count));
        resolve(count);
        return settled();
      },
      fail: () => {
        reject(new Error("Broken pipe"));
        return settled();
      },
    });
    return promise;
  }

  /** The write that is under way. */
  next(): HeldConnection["writes"][number] {
    const write = this.writes.shift();
    assert(write !== undefined, "no write is under way");
    return write;
  }
}

function outbox(maxBytes = 100_000) {
  const connection = new HeldConnection();
  const turns = new WriteScheduler(() => {
    throw new Error("a single writer needs no further turn");
  }, (callback) => callback());
  return { connection, turns, box: new Outbox(connection, turns, maxBytes) };
}

Deno.test("nothing is written before the turns are flushed, then all of it in one write", async () => {
  const { connection, turns, box } = outbox();
  for (const part of ["a", "b", "c"]) assert(box.push(bytes(part)));
  assertEquals(connection.writes.length, 0);
  turns.flush();
  const write = connection.next();
  assertEquals(text(write.bytes), "abc");
  await write.take();
  assertEquals(connection.writes.length, 0);
  assertEquals(box.pendingBytes, 0);
});

Deno.test("what is dropped is not written, what is under way is, and what comes later as ever", async () => {
  const { connection, turns, box } = outbox();
  box.push(bytes("first"));
  turns.flush();
  const first = connection.next();
  box.push(bytes("dropped"));
  box.pushText("dropped, too");
  box.dropQueued();
  box.pushText("last");
  await first.take(2);
  await connection.next().take();
  await connection.next().take();
  assertEquals([connection.received, box.pendingBytes], ["firstlast", 0]);
});

Deno.test("an outbox of which all was dropped before its turn is drained, and can be used again", async () => {
  const { connection, turns, box } = outbox();
  box.push(bytes("dropped"));
  const drained = box.drained();
  box.dropQueued();
  turns.flush();
  await drained;
  assertEquals(connection.writes.length, 0);
  box.pushText("again");
  turns.flush();
  await connection.next().take();
  assertEquals(connection.received, "again");
});

Deno.test("a single message is written as it is: not copied, so that many outboxes may share it", () => {
  const { connection, turns, box } = outbox();
  const shared = bytes("shared");
  box.push(shared);
  turns.flush();
  assertStrictEquals(connection.next().bytes, shared);
});

Deno.test("what comes while a write is under way goes out together, in order, as the next one", async () => {
  const { connection, turns, box } = outbox();
  box.push(bytes("1"));
  turns.flush();
  for (const part of ["2", "3", "4"]) box.push(bytes(part));
  turns.flush();
  assertEquals(connection.writes.length, 1, "two writes at once");
  await connection.next().take();
  await connection.next().take();
  assertEquals(connection.received, "1234");
});

Deno.test("a write that is taken in part goes on where it stopped, before anything newer", async () => {
  const { connection, turns, box } = outbox();
  box.push(bytes("abcdef"));
  turns.flush();
  box.push(bytes("ghi"));
  await connection.next().take(2);
  const rest = connection.next();
  assertEquals(text(rest.bytes), "cdef");
  await rest.take(1);
  await connection.next().take();
  await connection.next().take();
  assertEquals(connection.received, "abcdefghi");
});

Deno.test("all bytes arrive complete and in order, however they are pushed and taken", async () => {
  const step = fc.oneof(
    fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 9 }).map((push) => ({ push })),
    fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 9 }).map((pushText) => ({ pushText })),
    fc.integer({ min: 1, max: 12 }).map((take) => ({ take })),
    fc.constant({ flush: true }),
  );
  await holdsAsync(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: "max" }), async (steps) => {
      const { connection, turns, box } = outbox();
      let pushed = "";
      for (const step of steps) {
        if ("push" in step) {
          pushed += step.push;
          assert(box.push(bytes(step.push)));
        } else if ("pushText" in step) {
          pushed += step.pushText;
          assert(box.pushText(step.pushText));
        } else if ("flush" in step) turns.flush();
        else if (connection.writes.length > 0) {
          const write = connection.next();
          await write.take(Math.min(step.take, write.bytes.length));
        }
        assert(connection.writes.length <= 1, "two writes at once");
      }
      turns.flush();
      const drained = box.drained();
      while (connection.writes.length > 0) await connection.next().take();
      await drained;
      assertEquals(connection.received, pushed);
      assertEquals(box.pendingBytes, 0);
    }),
    { numRuns: 300 },
  );
});

Deno.test("texts become one write, in their place between bytes, and are whole in UTF-8", async () => {
  const { connection, turns, box } = outbox();
  for (const part of ["a", "é", "\u{1f600}"]) assert(box.pushText(part));
  turns.flush();
  assertEquals(text(connection.writes[0]!.bytes), "aé\u{1f600}");
  assert(box.pushText("b"));
  assert(box.push(bytes("c")));
  assert(box.pushText("d"));
  assertEquals(box.pendingBytes > 0, true);
  await connection.next().take();
  await connection.next().take();
  assertEquals(connection.received, "aé\u{1f600}bcd");
  assertEquals(box.pendingBytes, 0);
});

Deno.test("an outbox with nothing but text is drained when the text is written, and not before", async () => {
  const { connection, turns, box } = outbox();
  box.push(bytes("a"));
  turns.flush();
  box.pushText("b");
  let isDrained = false;
  const drained = box.drained().then(() => isDrained = true);
  await connection.next().take();
  assert(!isDrained, "drained with text unwritten");
  await connection.next().take();
  await drained;
});

Deno.test("G9: text counts in bytes too, however few characters it has", () => {
  const { turns, box } = outbox(1_000_000);
  box.push(bytes("first"));
  turns.flush();
  let accepted = 0;
  while (accepted < 10_000 && box.pushText("\u20ac".repeat(1_000))) accepted++;
  // Three bytes each; what is not encoded yet counts as one.
  assert(accepted >= 330 && accepted <= 400, `${3 * accepted} kilobytes were kept`);
});

Deno.test("G9: a client that does not read is over the limit sooner or later, in bytes", () => {
  const { turns, box } = outbox(10_000);
  box.push(bytes("first"));
  turns.flush();
  let accepted = 0;
  while (accepted < 1_000 && box.push(bytes("x".repeat(1_000)))) accepted++;
  assert(accepted >= 8 && accepted <= 10, `${accepted} kilobytes were kept`);
});

Deno.test("G9: tiny messages do not go around the limit: the queue's own cost counts", () => {
  const { turns, box } = outbox(10_000);
  box.push(bytes("first"));
  turns.flush();
  let accepted = 0;
  while (accepted < 10_000 && box.push(bytes("x"))) accepted++;
  assert(accepted < 10_000 / 32, `${accepted} messages of one byte were kept within 10,000 bytes`);
});

Deno.test("what is being written counts until the kernel has taken it", async () => {
  const { connection, turns, box } = outbox(1_000);
  box.push(bytes("x".repeat(900)));
  turns.flush();
  assertEquals(box.pendingBytes, 900);
  assert(!box.push(bytes("x".repeat(100))), "the write under way is not counted");
  const { connection: other, turns: otherTurns, box: otherBox } = outbox(1_000);
  otherBox.push(bytes("x".repeat(900)));
  otherTurns.flush();
  await other.next().take(600);
  assertEquals(otherBox.pendingBytes, 300);
  assert(otherBox.push(bytes("x".repeat(100))));
  assertEquals(connection.writes.length, 1);
});

Deno.test("no write joins more than 256 KiB, and a larger message goes alone", async () => {
  const { connection, turns, box } = outbox(10_000_000);
  const sizes: number[] = [];
  for (let i = 0; i < 10; i++) box.push(new Uint8Array(100_000));
  box.push(new Uint8Array(1_000_000));
  box.push(new Uint8Array(1));
  turns.flush();
  while (connection.writes.length > 0) {
    const write = connection.next();
    sizes.push(write.bytes.length);
    await write.take();
  }
  assertEquals(sizes, [200_000, 200_000, 200_000, 200_000, 200_000, 1_000_000, 1]);
});

Deno.test("a part of a larger buffer is written without a copy if it need not wait, and copied otherwise", async () => {
  const { connection, turns, box } = outbox();
  const block = bytes("abcdef");
  box.pushPart(block.subarray(0, 2));
  turns.flush();
  const first = connection.next();
  assertStrictEquals(first.bytes.buffer, block.buffer);
  box.pushPart(block.subarray(2, 4));
  await first.take();
  const second = connection.next();
  assertEquals(text(second.bytes), "cd");
  assertNotEquals(second.bytes.buffer, block.buffer, "a waiting part keeps the whole buffer alive");
  await second.take();
  assertEquals(connection.received, "abcd");
});

Deno.test("drained resolves when the last byte is taken, and immediately when there is none", async () => {
  const { connection, turns, box } = outbox();
  await box.drained();
  box.push(bytes("ab"));
  let isDrained = false;
  box.drained().then(() => isDrained = true);
  turns.flush();
  await connection.next().take(1);
  assert(!isDrained, "drained with a byte left");
  box.push(bytes("c"));
  await connection.next().take();
  assert(!isDrained, "drained with a message left");
  await connection.next().take();
  assert(isDrained);
  await box.drained();
});

Deno.test("an abandoned outbox keeps nothing, accepts nothing, and resolves drained", async () => {
  const { connection, turns, box } = outbox();
  box.push(bytes("a"));
  turns.flush();
  box.push(bytes("b"));
  const drained = box.drained();
  box.abandon();
  await drained;
  assertEquals(box.pendingBytes, 0);
  assert(box.push(bytes("c")), "an abandoned outbox asks to be closed again");
  assertEquals(box.pendingBytes, 0);
  turns.flush();
  await connection.next().take();
  assertEquals(connection.writes.length, 0, "written to after it was abandoned");
  await box.drained();
});

Deno.test("an outbox that is abandoned while it waits for its turn does not write", () => {
  const { connection, turns, box } = outbox();
  box.push(bytes("a"));
  box.abandon();
  turns.flush();
  assertEquals(connection.writes.length, 0);
});

Deno.test("a write that fails abandons the outbox without an unhandled rejection", async () => {
  const { connection, turns, box } = outbox();
  box.push(bytes("a"));
  turns.flush();
  box.push(bytes("b"));
  const drained = box.drained();
  await connection.next().fail();
  await drained;
  assertEquals([box.pendingBytes, connection.writes.length], [0, 0]);
});

Deno.test("chunks that several clients wait for are joined once, and others are not mixed up with them", () => {
  const turns = new WriteScheduler(() => {}, (callback) => callback());
  const connections = Array.from({ length: 4 }, () => new HeldConnection());
  const boxes = connections.map((connection) => new Outbox(connection, turns, 100_000));
  const [a, b, c] = [bytes("a"), bytes("b"), bytes("c")];
  for (const [i, chunks] of [[a, b], [a, b], [a, c], [a, b, c]].entries()) {
    for (const chunk of chunks) boxes[i]!.push(chunk);
  }
  turns.flush();
  const [first, second, ...others] = connections.map((connection) => connection.next().bytes);
  assertStrictEquals(second, first);
  assertEquals([first!, ...others].map(text), ["ab", "ac", "abc"]);
});

function bytes(of: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(of);
}

function text(of: Uint8Array): string {
  return new TextDecoder().decode(of);
}

/** Lets everything that follows from a resolved promise happen. */
function settled(): Promise<void> {
  return new Promise((resolve) => queueMicrotask(() => queueMicrotask(() => queueMicrotask(resolve))));
}
