import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { LogFault, LogRecord } from "../../../../../src/journal/engines/nats/log/mod.ts";
import { LogTail } from "../../../../../src/journal/engines/nats/log/log_tail.ts";
import { FakeClock } from "../../../../support/fake_clock.ts";
import { holds, holdsAsync } from "../../../../support/seed.ts";
import { advance, FakeLog, IDENTITY, recordBytes, recordText, settle } from "./fake_log.ts";

class TailGround {
  readonly clock = new FakeClock();
  readonly log = new FakeLog(this.clock);
  /** Sequences in the order in which they were applied; negative: without effect. */
  readonly applied: number[] = [];
  readonly faults: LogFault[] = [];
  purges = 0;
  /** Whether a doubtful record is in the log. */
  isStored = true;
  readonly tail: LogTail;

  constructor(position = 0) {
    this.tail = new LogTail({
      log: this.log,
      clock: this.clock,
      apply: (sequence, record) =>
        void this.applied.push(this.#hasEffect(sequence, record) ? sequence : -sequence),
      isSameLog: async () => (await this.log.describe()).identity === IDENTITY,
      isStored: () => Promise.resolve(this.isStored),
      purged: () => this.purges++,
      fail: (error) => void this.faults.push(error as LogFault),
    }, IDENTITY);
    this.tail.jumpTo(position);
  }

  receive(...sequences: readonly number[]): void {
    for (const sequence of sequences) this.tail.receive(sequence, recordBytes(sequence));
  }

  fill(count: number): void {
    while (this.log.records.length < count) this.log.records.push(recordText(this.log.records.length + 1));
  }

  #hasEffect(sequence: number, { log, pos }: LogRecord): boolean {
    return log === IDENTITY && pos < sequence;
  }

  get reasons(): string[] {
    return this.faults.map(({ reason }) => reason);
  }
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

Deno.test("records in any order, any number of times, are applied once each and in order", () => {
  const orders = fc.array(fc.nat(11), { maxLength: 40 });
  holds(fc.property(orders, (order) => {
    const ground = new TailGround();
    ground.receive(...order.map((index) => index + 1));
    ground.receive(...upTo(12));
    ground.tail.stop();
    assertEquals(ground.applied, upTo(12));
    assertEquals(ground.faults, []);
    assertEquals(ground.clock.timers, 0);
  }));
});

Deno.test("whatever does not come is fetched, and applied in order", async () => {
  const received = fc.uniqueArray(fc.integer({ min: 1, max: 30 }));
  await holdsAsync(
    fc.asyncProperty(received, async (sequences) => {
      const ground = new TailGround();
      ground.fill(30);
      ground.receive(...sequences);
      ground.tail.expect(30);
      await advance(ground.clock, 40);
      ground.tail.stop();
      assertEquals(ground.applied, upTo(30));
    }),
    { numRuns: 30 },
  );
});

Deno.test("a record that is a little late is not fetched", async () => {
  const ground = new TailGround();
  ground.fill(3);
  ground.receive(1, 3);
  await advance(ground.clock, 10);
  ground.receive(2);
  await advance(ground.clock, 100);
  assertEquals(ground.applied, [1, 2, 3]);
  assertEquals(ground.log.fetches, []);
  assertEquals(ground.clock.timers, 0);
});

Deno.test("each record has the same time to come, whatever else is expected", async () => {
  const ground = new TailGround();
  ground.fill(5);
  ground.receive(1, 3);
  await advance(ground.clock, 10);
  ground.receive(2, 5);
  await advance(ground.clock, 10);
  ground.receive(4);
  await advance(ground.clock, 100);
  assertEquals(ground.applied, upTo(5));
  assertEquals(ground.log.fetches, []);
});

for (const [hanging, answering] of [["replica", "leader"], ["leader", "replica"]] as const) {
  Deno.test(`a hole is filled from the ${answering} while the ${hanging} hangs`, async () => {
    const ground = new TailGround();
    ground.fill(5);
    ground.log.hanging.add(hanging);
    ground.receive(5);
    await advance(ground.clock, 500);
    assertEquals(ground.applied, upTo(5));
    assert(ground.log.fetches.includes(`${answering} 1`));
  });
}

Deno.test("64 records are fetched at the same time, and no more", async () => {
  const ground = new TailGround();
  ground.fill(1_000);
  ground.tail.expect(1_000);
  await advance(ground.clock, 100);
  assertEquals(ground.applied, upTo(1_000));
  assertEquals(ground.log.mostFetches, 64);
});

Deno.test("records too far ahead are not kept, and come nevertheless", async () => {
  const ground = new TailGround();
  ground.fill(20_100);
  ground.receive(20_050, 20_100);
  await advance(ground.clock, 1_500);
  assertEquals(ground.applied.length, 20_100);
  assertEquals(ground.applied.at(-1), 20_100);
});

Deno.test("no more records are fetched ahead than are kept", async () => {
  const ground = new TailGround();
  ground.fill(20_100);
  ground.log.absent.add(1);
  ground.tail.expect(20_100);
  await advance(ground.clock, 3_000);
  assertEquals(ground.log.fetches.filter((fetch) => Number(fetch.split(" ")[1]) > 20_000), []);
  ground.log.absent.clear();
  await advance(ground.clock, 1_000);
  assertEquals(ground.applied.length, 20_100);
});

Deno.test("only the next record is asked for while it is not there", async () => {
  const ground = new TailGround();
  ground.tail.expect(3);
  await advance(ground.clock, 1_000);
  const asked = ground.log.fetches.length;
  assertEquals(ground.log.fetches.filter((fetch) => fetch.endsWith(" 3")).length, 1);
  assert(asked < 20, `asked ${asked} times`);
  ground.fill(3);
  await advance(ground.clock, 1_000);
  assertEquals(ground.applied, upTo(3));
});

Deno.test("a purge is noticed, and the tail goes on behind a snapshot", async () => {
  const ground = new TailGround();
  ground.fill(12);
  ground.log.first = 10;
  ground.receive(12);
  await advance(ground.clock, 500);
  assertEquals(ground.purges, 1);
  assertEquals(ground.applied, []);
  ground.tail.jumpTo(9);
  await advance(ground.clock, 500);
  assertEquals(ground.applied, [10, 11, 12]);
  assertEquals(ground.purges, 1);
});

Deno.test("a sequence that is used again means that the log has lost records that were applied here", async () => {
  const ground = new TailGround(9);
  ground.tail.receive(5, recordBytes(5, { pos: 7 }));
  ground.receive(10);
  await settle();
  assertEquals(ground.applied, []);
  assertEquals(ground.reasons, ["lost"]);
});

Deno.test("a record whose author knew lost records has no effect where they were not applied", async () => {
  const ground = new TailGround(4);
  ground.tail.receive(5, recordBytes(5, { pos: 7 }));
  ground.receive(6);
  await settle();
  assertEquals(ground.applied, [-5, 6]);
  assertEquals(ground.reasons, []);
});

Deno.test("a record of a log that was created again stops the tail", async () => {
  for (const position of [0, 9]) {
    const ground = new TailGround(position);
    ground.log.identity = "log-2";
    ground.tail.receive(1, recordBytes(1, { log: "log-2" }));
    ground.receive(1, 2, 10);
    await settle();
    assertEquals(ground.applied, []);
    assertEquals(ground.reasons, ["recreated"]);
  }
});

Deno.test("a record that a late node made for an earlier log has no effect", async () => {
  const ground = new TailGround();
  ground.receive(1);
  ground.tail.receive(2, recordBytes(2, { log: "log-0", pos: 700 }));
  ground.receive(3);
  await settle();
  assertEquals(ground.applied, [1, -2, 3]);
  assertEquals(ground.reasons, []);
});

Deno.test("a late message of a stream that was deleted is not taken for a record", async () => {
  const ground = new TailGround();
  ground.isStored = false;
  ground.fill(3);
  ground.receive(1);
  ground.tail.receive(2, recordBytes(2, { log: "log-0", pos: 700 }));
  ground.receive(3);
  await advance(ground.clock, 100);
  assertEquals(ground.applied, [1, 2, 3]);
  assertEquals(ground.reasons, []);
});

Deno.test("what cannot be read stops the tail", () => {
  const wrong = ["", "[]", "null", "{}", recordText(1, { pos: 0.5 }), recordText(1, { id: 3 }), '{"id":'];
  for (const text of wrong) {
    const ground = new TailGround();
    ground.tail.receive(1, new TextEncoder().encode(text));
    ground.receive(1, 2);
    assertEquals(ground.reasons, ["unknown"], text);
    assertEquals(ground.applied, []);
  }
});
