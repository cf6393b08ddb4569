// A connection whose seat another one takes back while lines of it are on their way, in the kernel or in the server: they
// count wholly, or not at all.

import { assertEquals } from "@std/assert";
import type { Clock } from "../../../src/time/clock.ts";
import { type Json, RawClient } from "../../support/server/raw_client.ts";
import { startServer, type TestServer } from "../../support/server/start_server.ts";

const TOML = `commands = ["uptime"]
[limits]
commands_per_second = 0
`;
const YIELD = `${JSON.stringify({ jsonrpc: "2.0", id: "yield", method: "yield" })}\n`;
const PING = `${JSON.stringify({ jsonrpc: "2.0", id: "p", method: "ping" })}\n`;

/** A leader, the next one in line, and a connection that is about to take the leader's seat back. */
interface Scene extends AsyncDisposable {
  readonly server: TestServer;
  readonly leader: RawClient & { readonly welcome: Json };
  readonly next: RawClient & { readonly welcome: Json };
  readonly back: RawClient & { readonly welcome: Json };
  readonly token: string;
}

/** The system's clock; while it is held, time flies, and nothing that is to go on after a pause does. */
class HastyClock implements Clock {
  #skewMs = 0;
  #held: (() => void)[] | undefined;

  now(): number {
    if (this.#held !== undefined) this.#skewMs++;
    return performance.now() + this.#skewMs;
  }

  after(ms: number, callback: () => void): () => void {
    if (ms === 0 && this.#held !== undefined) {
      this.#held.push(callback);
      return () => {};
    }
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  }

  get heldCount(): number {
    return this.#held?.length ?? 0;
  }

  hold(): void {
    this.#held = [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const callback of held) callback();
  }
}

async function makeScene(clock?: Clock): Promise<Scene> {
  const server = await startServer({ toml: TOML, ...(clock && { clock }) });
  const leader = await RawClient.join(server.port);
  const next = await RawClient.join(server.port);
  const [{ result }] = [await lease(leader), await lease(next)];
  const back = await RawClient.join(server.port);
  const clients = [leader, next, back];
  return {
    ...{ server, leader, next, back, token: result.resume },
    async [Symbol.asyncDispose]() {
      for (const client of clients) await client.close();
      await server.stop();
    },
  };
}

function lease(client: RawClient): Promise<Json> {
  return client.request("hello", { lease_ms: 5_000 });
}

/** Either the yield was first and the token is invalid, or the seat was resumed and the yield had no effect. */
async function checkOutcome(
  { server, leader, next, back }: Scene,
  resumed: Json,
): Promise<"yielded" | "resumed"> {
  const yields = server.eventsOf("client_yielded").length;
  const isAnswered = () => leader.lines.some(({ json }) => json?.id === "yield");
  const { members } = (await next.request("roster")).result;
  const tickets = members.map(({ ticket }: Json) => ticket);
  const [first, second, third] = [leader, next, back].map(({ welcome }) => welcome.ticket);
  if (resumed.error !== undefined) {
    assertEquals(resumed.error.data.reason, "unauthenticated");
    await leader.next(({ json }) => json?.id === "yield");
    assertEquals([yields, next.notes("promoted").map(({ rank }) => rank)], [1, [0]]);
    assertEquals(tickets, [second, third, third + 1]);
    return "yielded";
  }
  assertEquals([resumed.result.rank, resumed.result.ticket], [0, first]);
  await leader.ended();
  assertEquals(leader.notes("closing").map(({ reason }) => reason), ["replaced"]);
  assertEquals([yields, isAnswered(), next.notes("promoted").length], [0, false, 0]);
  assertEquals(tickets, [first, second]);
  return "resumed";
}

Deno.test("G11: a yield and the return of the same seat on another connection: the first one counts, the other does not", async () => {
  for (const isYieldFirst of [true, false, true, false, true, false]) {
    await using scene = await makeScene();
    const { leader, back, token } = scene;
    // As good as at the same time: which one the server reads first is for the system to say.
    if (isYieldFirst) leader.sendBytes(YIELD);
    const resumed = back.ask("hello", { resume: token });
    if (!isYieldFirst) leader.sendBytes(YIELD);
    await checkOutcome(scene, await back.answer(resumed));
  }
});

Deno.test("G11: a yield that comes when the seat was taken back has no effect, and a token is worth nothing after a yield", async () => {
  for (const isYieldFirst of [true, false]) {
    await using scene = await makeScene();
    const { leader, back, server, token } = scene;
    if (isYieldFirst) {
      leader.sendBytes(YIELD);
      await server.until(({ event }) => event === "client_yielded");
    }
    const resumed = await back.request("hello", { resume: token });
    if (!isYieldFirst) leader.sendBytes(YIELD);
    assertEquals(await checkOutcome(scene, resumed), isYieldFirst ? "yielded" : "resumed");
  }
});

Deno.test("G11: a yield that the server has read but not reached when the seat is taken back has no effect", async () => {
  const clock = new HastyClock();
  await using scene = await makeScene(clock);
  const { leader, back, token } = scene;
  // After this the server reads 64 KiB at a time.
  leader.sendBytes(PING.repeat(10_000));
  for (let i = 0; i < 10_000; i++) await leader.next(({ json }) => json?.id === "p");
  clock.hold();
  leader.sendBytes(PING.repeat(300) + YIELD);
  await leader.next(({ json }) => json?.id === "p");
  assertEquals(clock.heldCount, 1, "the server goes on with the rest of these lines later");
  const resumed = await back.request("hello", { resume: token });
  clock.release();
  assertEquals(await checkOutcome(scene, resumed), "resumed");
});
