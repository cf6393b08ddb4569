// A seat is released at whichever of several addresses answers.

import { assertEquals } from "@std/assert";
import { releaseSeat } from "../../../src/client/connection/release_seat.ts";
import { type Behavior, FakeNetwork } from "../../support/client/fake_network.ts";

const A = { host: "10.0.0.1", port: 6001 };
const B = { host: "10.0.0.2", port: 6002 };
const MS = 4_000;

/** Starts to release a seat at two addresses. @returns the network, and what becomes of it */
function release(first: Behavior, second: Behavior) {
  const network = new FakeNetwork();
  network.behaviors.set(A.host, first);
  network.behaviors.set(B.host, second);
  let isDone = false;
  const done = releaseSeat(
    { ...A, others: [B], accessToken: "access" },
    "seat",
    MS,
    undefined,
    network.system,
  )
    .then(() => isDone = true);
  return { network, done, isDone: () => isDone };
}

const answers: Behavior = (conn) => conn.send({ id: 1, result: {} });

async function settle(): Promise<void> {
  for (let n = 0; n < 50; n++) await Promise.resolve();
}

Deno.test("a seat is released at the second address when the first is down, or closes without an answer", async () => {
  for (const first of ["down", (conn: { breakOff(): void }) => conn.breakOff()] as const) {
    const { network, done } = release(first, answers);
    await done;
    assertEquals(network.dialled, ["10.0.0.1:6001", "10.0.0.2:6002"]);
    const [hello, leave] = network.connections.at(-1)!.lines;
    assertEquals([hello!.params, leave!.params], [{ token: "access", resume: "seat" }, { resume: "seat" }]);
    assertEquals(network.clock.timers, 0);
  }
});

Deno.test("an address that hangs gets its share of the time, and the next one the rest", async () => {
  for (const hanging of ["hang", () => {}] as const) {
    const { network, done, isDone } = release(hanging, answers);
    await settle();
    network.clock.advance(MS / 2 - 1);
    await settle();
    assertEquals([network.dialled.length, isDone()], [1, false]);
    network.clock.advance(1);
    await done;
    assertEquals([network.dialled.length, network.clock.timers], [2, 0]);
  }
});

Deno.test("one answer is enough, and where there is none it ends when the time is over", async () => {
  const once = release(answers, answers);
  await once.done;
  assertEquals(once.network.dialled.length, 1);
  const never = release("hang", "hang");
  await settle();
  never.network.clock.advance(MS / 2);
  await settle();
  never.network.clock.advance(MS / 2);
  await never.done;
  assertEquals([never.network.dialled.length, never.network.clock.timers], [2, 0]);
});
