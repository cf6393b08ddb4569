// The poll of the sockets by one byte over loopback: it ends, keeps nothing open, and goes on by timers where the connection
// cannot be used.

import { assertEquals, assertGreaterOrEqual } from "@std/assert";
import { setImmediate } from "node:timers";
import { openIoPoll } from "../../../src/cli/server/open_io_poll.ts";

const polled = (io: { poll(polled: () => void): void }) => new Promise<void>((resolve) => io.poll(resolve));

Deno.test("a poll ends, as often as it is asked for, and keeps nothing open", async () => {
  using io = openIoPoll();
  await io.opened;
  for (let i = 0; i < 100; i++) await polled(io);
});

Deno.test("G9: work that yields by polls lets others be read, where setImmediate alone does not", async () => {
  using io = openIoPoll();
  await io.opened;
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const [client, server] = await Promise.all([
    Deno.connect({ hostname: "127.0.0.1", port }),
    listener.accept(),
  ]);
  // Each byte comes back; so many round trips are possible while the work goes on.
  const echo = (async () => {
    const buffer = new Uint8Array(1);
    while (await server.read(buffer) !== null) await server.write(buffer);
  })();
  let trips = 0;
  let isWorking = true;
  const trip = (async () => {
    const buffer = new Uint8Array(1);
    while (isWorking) {
      await client.write(buffer);
      await client.read(buffer);
      trips++;
    }
  })();
  const during = async (pause: () => Promise<void>) => {
    const before = trips;
    for (let slice = 0; slice < 40; slice++) {
      for (const end = performance.now() + 2; performance.now() < end;);
      await pause();
    }
    return trips - before;
  };
  const byPolls = await during(() => polled(io));
  const byTurns = await during(() => new Promise((resolve) => setImmediate(resolve)));
  isWorking = false;
  await trip;
  client.close();
  await echo;
  server.close();
  // One trip needs two polls: one for each end.
  assertGreaterOrEqual(byPolls, 15);
  assertGreaterOrEqual(byPolls, 3 * byTurns);
});

Deno.test("a poll under way ends when it is closed, and later ones end by timers", async () => {
  const io = openIoPoll();
  await io.opened;
  const ended = polled(io);
  io[Symbol.dispose]();
  await ended;
  await polled(io);
});

Deno.test("without loopback, timers poll", async () => {
  using io = openIoPoll(() => Promise.reject(new Deno.errors.ConnectionRefused("no loopback")));
  let order = "";
  await Promise.all([
    polled(io).then(() => order += "poll"),
    Promise.resolve().then(() => order += "first "),
  ]);
  assertEquals(order, "first poll");
});

Deno.test("G9: a byte that never arrives ends its poll, and later polls are by timers", async () => {
  const reading = Promise.withResolvers<null>();
  let written = 0;
  const pair = {
    reader: {
      read: () => reading.promise,
      close: () => reading.reject(new Deno.errors.Interrupted("closed")),
    },
    writer: { write: () => Promise.resolve(++written), close() {} },
  };
  using io = openIoPoll(() => Promise.resolve(pair), 5);
  await polled(io);
  await polled(io);
  assertEquals(written, 1);
});

Deno.test("it polls by timers until it is open, and is not opened when it was closed before", async () => {
  let closes = 0;
  const end = {
    read: () => new Promise<null>(() => {}),
    write: () => Promise.resolve(1),
    close: () => void closes++,
  };
  const opening = Promise.withResolvers<{ reader: typeof end; writer: typeof end }>();
  const io = openIoPoll(() => opening.promise);
  await polled(io);
  io[Symbol.dispose]();
  opening.resolve({ reader: end, writer: end });
  await io.opened;
  assertEquals(closes, 2);
});
