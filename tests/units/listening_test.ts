// One listener in the place of another: what waits at the old one still comes in.

import { assertEquals } from "@std/assert";
import { Listening, type Source } from "../../src/server/listening.ts";
import { FakeClock } from "./fake_clock.ts";

/** A listener to which a test brings connections; they are numbers. */
class FakeSource implements Source<number> {
  readonly addr: Deno.NetAddr;
  isClosed = false;
  readonly #waiting: number[] = [];
  #wake = () => {};

  constructor(port: number) {
    this.addr = { transport: "tcp", hostname: "127.0.0.1", port };
  }

  bring(...connections: number[]): void {
    this.#waiting.push(...connections);
    this.#wake();
  }

  close(): void {
    this.isClosed = true;
    this.#wake();
  }

  /** One connection a turn, as the runtime brings them. */
  async *[Symbol.asyncIterator](): AsyncGenerator<number> {
    while (!this.isClosed) {
      if (this.#waiting.length > 0) yield this.#waiting.shift()!;
      else await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}

const BOUNDS = { quietMs: 20, retireMs: 1_000 };

function start() {
  const came: number[] = [];
  const clock = new FakeClock();
  const first = new FakeSource(1);
  const listening = new Listening<number>(first, {
    onConnection: (connection) => came.push(connection),
    report: (event) => {
      throw new Error(event.event);
    },
    clock,
    bounds: BOUNDS,
  });
  /** Time goes by, and what it leads to is done when it resolves. */
  const pass = async (ms: number) => {
    await macrotask();
    clock.advance(ms);
    await macrotask();
  };
  return { came, first, listening, pass };
}

/** Resolves when no promise has anything left to do. */
function macrotask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("a listener that is replaced brings what waits at it, and is closed when it has been quiet for a while", async () => {
  const { came, first, listening, pass } = start();
  const second = new FakeSource(2);
  listening.replace(second);
  assertEquals(listening.address.port, 2);
  for (const connection of [1, 2, 3]) {
    await pass(BOUNDS.quietMs - 1);
    first.bring(connection);
    await pass(1);
    assertEquals(first.isClosed, false);
  }
  await pass(BOUNDS.quietMs - 1);
  assertEquals(first.isClosed, false);
  await pass(1);
  assertEquals(first.isClosed, true);
  second.bring(4);
  await pass(0);
  assertEquals(came, [1, 2, 3, 4]);
  listening.close();
  await listening.ended();
  assertEquals(second.isClosed, true);
});

Deno.test("a listener that is never quiet is closed all the same", async () => {
  const { first, listening, pass } = start();
  listening.replace(new FakeSource(2));
  let passed = 0;
  for (; !first.isClosed && passed < 10 * BOUNDS.retireMs; passed += BOUNDS.quietMs) {
    first.bring(passed);
    await pass(BOUNDS.quietMs);
  }
  assertEquals(passed, BOUNDS.retireMs);
  listening.close();
  await listening.ended();
});

Deno.test("at the end of the server, listeners that are being replaced are closed with the current one", async () => {
  const { first, listening, pass } = start();
  const second = new FakeSource(2);
  listening.replace(second);
  listening.close();
  assertEquals([first.isClosed, second.isClosed], [true, true]);
  await pass(BOUNDS.quietMs);
  await listening.ended();
});

Deno.test("a listener that comes when the server is ending is closed at once", () => {
  const { listening } = start();
  listening.close();
  const late = new FakeSource(2);
  listening.replace(late);
  assertEquals(late.isClosed, true);
});
