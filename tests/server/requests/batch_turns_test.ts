// G9: a batch is handled message by message, with pauses for other clients; for the client that sent it, and for its limits,
// the effect is the same as if each message had been sent as a separate line.

import { assert, assertEquals } from "@std/assert";
import type { Clock } from "../../../src/time/clock.ts";
import { FakeConnection, FakeListener } from "../../support/server/fake_sessions.ts";
import type { Json } from "../../support/server/raw_client.ts";
import { startServer, type TestServer } from "../../support/server/start_server.ts";

/**
 * A clock by which everything takes long: in each iteration of the event loop, which the test starts, one message of a batch
 * is handled.
 */
class SlowClock implements Clock {
  #now = 0;
  readonly #turns: (() => void)[] = [];

  now(): number {
    return this.#now += 10;
  }

  after(ms: number, callback: () => void): () => void {
    if (ms === 0) this.#turns.push(callback);
    return () => {};
  }

  /** Handles what has come; then as many turns of the lines that wait. @returns whether there was always one */
  async turns(count: number): Promise<boolean> {
    await handled();
    for (let i = 0; i < count; i++) {
      const turn = this.#turns.shift();
      if (turn === undefined) return false;
      turn();
      await handled();
    }
    return true;
  }

  /** All that are left. @returns how many that were */
  async rest(): Promise<number> {
    for (let count = 0;; count++) if (!await this.turns(1)) return count;
  }
}

/** Resolves when everything that can be handled without another turn is, and written. */
async function handled(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setTimeout(resolve));
}

interface Scene {
  readonly server: TestServer;
  readonly clock: SlowClock;
  /** By rank. */
  readonly members: readonly FakeConnection[];
}

const SETTINGS =
  `[commands.uptime]\n[commands.match]\nargs = [{ name = "text", pattern = "(a*){50}[0-9]", max_bytes = 100 }]\n[limits]\noutbox_bytes = 65536\nline_bytes = 65536\noutput_bytes = 1024\nrun_output_bytes = 1024`;

/** @param stalled the rank of a member that takes no byte. */
async function withFour(test: (scene: Scene) => Promise<void>, stalled?: number): Promise<void> {
  const members = [0, 1, 2, 3].map((rank) =>
    new FakeConnection({ port: rank + 1, isStalled: rank === stalled })
  );
  const clock = new SlowClock();
  const server = await startServer({ listener: new FakeListener(members), clock, toml: SETTINGS });
  await server.until((event) => event.event === "client_seated" && event.rank === 3);
  await handled();
  for (const { written } of members) written.length = 0;
  await test({ server, clock, members });
  for (const member of members) member.feed(null);
  await clock.rest();
  await server.stop();
}

const line = (message: unknown) => `${JSON.stringify(message)}\n`;
const request = (id: number, method: string, params?: unknown) => ({ jsonrpc: "2.0", id, method, params });
const commandOf = (arg: string) => ({
  ...{ jsonrpc: "2.0", method: "run", params: { command: "uptime", args: [arg] } },
});
const idsOf = (messages: readonly Json[]) =>
  messages.map((message) => Array.isArray(message) ? message.map(({ id }) => id) : message.id);

Deno.test("G9: others are answered between the requests of a batch, and what its client sent later is not", async () => {
  await withFour(async ({ clock, members: [first, second] }) => {
    const rosters = Array.from({ length: 100 }, (_, i) => request(i, "roster"));
    first!.feed(line(rosters) + line(request(100, "ping")));
    assert(await clock.turns(10), "the batch was handled without a pause");
    second!.feed(line(request(1, "ping")));
    await clock.turns(0);
    assertEquals(idsOf(second!.messages), [1]);
    assertEquals(first!.messages, []);
    assertEquals(await clock.rest(), 91);
    assertEquals(idsOf(first!.messages), [rosters.map(({ id }) => id), 100]);
  });
});

Deno.test("G9: others are answered between the lines of one member too, each of which may have a long answer", async () => {
  await withFour(async ({ clock, members: [first, second] }) => {
    first!.feed(Array.from({ length: 5 }, (_, i) => line(request(i, "roster"))).join(""));
    assert(await clock.turns(2), "the lines were handled without a pause");
    second!.feed(line(request(1, "ping")));
    await clock.turns(0);
    assertEquals(idsOf(second!.messages), [1]);
    assertEquals(idsOf(first!.messages), [0, 1, 2]);
    assertEquals(await clock.rest(), 2);
    assertEquals(idsOf(first!.messages), [0, 1, 2, 3, 4]);
  });
});

Deno.test("G9: commands whose arguments take long to match are not sent together", async () => {
  await withFour(async ({ clock, members: [first, second] }) => {
    const match = (i: number) => ({ command: "match", args: [`${"a".repeat(90)}${i % 10}`] });
    const commands = Array.from({ length: 20 }, (_, i) => ({
      ...{ jsonrpc: "2.0", method: "run", params: match(i) },
    }));
    first!.feed(commands.map(line).join(""));
    const executed = [0];
    while (await clock.turns(1)) executed.push(second!.messages.length);
    assertEquals(executed.at(-1), 20);
    const together = executed.slice(1).map((count, i) => count - executed[i]!);
    assertEquals(Math.max(...together), 2, "each turn continues with one, and the next read brings another");
  });
});

Deno.test("G9: a member does not wait for each of those whose messages take long", async () => {
  await withFour(async ({ clock, members: [first, second, third] }) => {
    // So long that it waits for its turn; the first one is read in pieces.
    const ping = (id: number) => `${" ".repeat(1_000)}${line(request(id, "ping"))}`;
    second!.feed(ping(1));
    await clock.rest();
    const rosters = line(Array.from({ length: 20 }, (_, i) => request(i, "roster")));
    first!.feed(rosters);
    third!.feed(rosters);
    assert(await clock.turns(10), "the batches were handled without a pause");
    second!.feed(ping(2));
    await clock.turns(1);
    assertEquals(idsOf(second!.messages), [1, 2]);
    await clock.rest();
  });
});

Deno.test("each request of a batch is judged by the rank that its member has when it is handled", async () => {
  await withFour(async ({ clock, members: [first, second, third] }) => {
    const toRankOne = { command: "uptime", to: [1] };
    second!.feed(line([1, 2].map((id) => request(id, "run", toRankOne))));
    await clock.turns(1);
    first!.feed(null);
    await clock.rest();
    const [execute] = third!.messages.filter(({ method }) => method === "execute");
    assertEquals(execute.params.from.rank, 0);
    third!.feed(line({ jsonrpc: "2.0", id: execute.id, result: { code: 0 } }));
    await clock.rest();
    const [refused, carriedOut] = second!.messages.find(Array.isArray)!;
    assertEquals([refused.id, refused.error.data.reason], [1, "outranked"]);
    assertEquals([carriedOut.id, carriedOut.result.ok], [2, 1]);
  });
});

Deno.test("of a batch whose client is closed meanwhile, no more is carried out", async () => {
  await withFour(async ({ server, clock, members: [, second, , last] }) => {
    second!.feed(line([request(1, "ping"), ...["a", "b", "c"].map(commandOf)]));
    await clock.turns(3);
    server.server.evict({ rank: 1 });
    await clock.rest();
    assertEquals(server.eventsOf("client_left").map(({ port, reason }) => [port, reason]), [[2, "evicted"]]);
    const commands = last!.messages.filter(({ method }) => method === "execute");
    assertEquals(commands.map(({ params }) => params.args), [["a"], ["b"]]);
  }, 1);
});

Deno.test("a batch whose client is closed meanwhile is not answered", async () => {
  await withFour(async ({ server, clock, members: [first] }) => {
    first!.feed(line([1, 2, 3].map((id) => request(id, "ping"))));
    await clock.turns(1);
    server.server.evict({ rank: 0 });
    await clock.rest();
    assertEquals(first!.messages.map(({ method }) => method), ["closing"]);
  });
});

Deno.test("a batch in which a client says that it leaves is answered whole before it is closed", async () => {
  await withFour(async ({ server, clock, members: [first, second] }) => {
    first!.feed(line([request(1, "leave"), request(2, "ping"), commandOf("last")]) + line(commandOf("late")));
    await clock.turns(1);
    assertEquals(server.eventsOf("client_left"), []);
    await clock.rest();
    assertEquals(first!.messages.map((batch) => idsOf(batch)), [[1, 2]]);
    assertEquals(server.eventsOf("client_left").map(({ rank, reason }) => [rank, reason]), [[0, "left"]]);
    const executed = second!.messages.filter(({ method }) => method === "execute");
    assertEquals(executed.map(({ params }) => params.args), [["last"]]);
  });
});
