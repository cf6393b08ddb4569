import { assert, assertEquals } from "@std/assert";
import type { ServerEvent } from "../../../src/log/mod.ts";
import { Feed } from "../../../src/web/feed/feed.ts";
import { SeenEvents } from "../../../src/web/feed/seen_events.ts";
import type { Viewed } from "../../../src/web/feed/server_view.ts";
import type { Figures } from "../../../src/web/messages/mod.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { FIGURES } from "../../support/web/page_samples.ts";
import { FakePage } from "./fake_page.ts";

/** A server that counts how often it is looked at. */
class FakeServer implements Viewed {
  names: string[] = [];
  epoch = 1;
  looks = 0;
  lists = 0;

  status(): Figures {
    this.looks++;
    return { ...FIGURES, epoch: this.epoch, members: this.names.length, uptime_ms: this.looks };
  }

  list() {
    this.lists++;
    const roster = this.names.map((name, rank) => ({
      rank,
      ticket: rank + 1,
      member: { name, address: "x", since: 5, leaseMs: 0, isOpen: true },
    }));
    return { roster, waitingRoom: [] };
  }
}

function start(maxStreams = 10) {
  const clock = new FakeClock();
  const server = new FakeServer();
  const seen = new SeenEvents(() => clock.now());
  const report = seen.tee(() => {});
  const faults: unknown[] = [];
  const feed = new Feed({
    host: server,
    seen,
    clock,
    wallClock: () => clock.now(),
    yieldToIo: { take: () => Promise.resolve(), spend() {} },
    maxStreams,
    maxQueuedBytes: 1_000,
    onFault: (error) => faults.push(error),
  });
  const open = (ip = "10.0.0.1", isValid = () => true) => {
    if (!feed.makeRoom(ip)) return undefined;
    const page = new FakePage(ip);
    feed.open(page, ip, { mayOperate: false, isValid });
    return page;
  };
  /** Lets the feed look, and everything that follows happen. */
  const pass = async (ms: number) => {
    clock.advance(ms);
    for (let turn = 0; turn < 100; turn++) await Promise.resolve();
  };
  const seat = (rank: number): void =>
    report({ event: "client_seated", ip: "::1", port: 5, rank, ticket: 7, epoch: 1 } as ServerEvent);
  return { clock, server, feed, open, pass, seat, report, faults };
}

Deno.test("a page is sent a snapshot, and then what has changed", async () => {
  const { server, open, pass, feed, seat } = start();
  server.names = ["ann", "bob"];
  const page = open()!;
  await pass(0);
  const [snapshot] = page.take();
  assertEquals([snapshot!.event, snapshot!.data.members.map(({ name }: { name: string }) => name)], [
    "snapshot",
    ["ann", "bob"],
  ]);
  await pass(250);
  assertEquals(page.take(), []);
  server.names = ["ann", "bea", "cy"];
  server.epoch++;
  seat(2);
  await pass(250);
  const [changes, activity] = page.take();
  const { server: figures, ...rest } = changes!.data;
  assertEquals(figures.members, 3);
  const member = (ticket: number, name: string) => ({ ticket, name, address: "x", since: 5 });
  assertEquals(rest, { joined: [member(3, "cy")], left: [], changed: [member(2, "bea")] });
  assertEquals(activity!.data.map(({ kind }: { kind: string }) => kind), ["joined"]);
  feed.close();
  assert(page.isClosed);
});

Deno.test("nothing looks at the server while no page is open, and no more than four times a second otherwise", async () => {
  const { server, open, pass, feed, clock } = start();
  await pass(60_000);
  // The chart asks for the number of members.
  assertEquals([server.looks, server.lists], [6, 0]);
  const pages = [open()!, open()!, open()!];
  for (let ms = 0; ms < 5_000; ms += 10) {
    server.epoch++;
    await pass(10);
  }
  assert(server.lists <= 21, `${server.lists}`);
  for (const page of pages) page.close();
  await pass(0);
  const { lists } = server;
  await pass(5_000);
  assertEquals([server.lists, clock.timers, feed.size], [lists, 1, 0]);
  feed.close();
  assertEquals(clock.timers, 0);
});

Deno.test("a chart has a point every ten seconds of the last hour", async () => {
  const { open, pass, feed, report, server } = start();
  server.names = ["ann"];
  const command = {
    event: "command_accepted",
    ip: "::1",
    port: 1,
    rank: 0,
    executors: 1,
    command: "up",
    args: [],
  } as const;
  report({ ...command, count: 50 });
  await pass(10_000);
  const page = open()!;
  await pass(0);
  const [snapshot] = page.take();
  assertEquals(snapshot!.data.chart, [{ at: 10_000, members: 1, commandsPerSecond: 5, failures: 0 }]);
  await pass(10_000);
  await pass(250);
  const points = page.take().filter(({ event }) => event === "chart");
  assertEquals(points.map(({ data }) => data), [{
    at: 20_000,
    members: 1,
    commandsPerSecond: 0,
    failures: 0,
  }]);
  for (let count = 0; count < 400; count++) await pass(10_000);
  const later = open()!;
  await pass(250);
  assertEquals(later.take()[0]!.data.chart.length, 360);
  feed.close();
});

Deno.test("a page that does not read is closed, and the others are not", async () => {
  const { server, open, pass, feed } = start();
  const [slow, other] = [open()!, open()!];
  slow.stall();
  for (let count = 0; count < 20; count++) {
    server.names = [`name ${count} ${"a".repeat(200)}`];
    server.epoch++;
    await pass(250);
  }
  assertEquals([slow.isClosed, other.isClosed, feed.size], [true, false, 1]);
  feed.close();
});

Deno.test("a page whose token is revoked is closed", async () => {
  const { open, pass, feed } = start();
  let isValid = true;
  const [page, other] = [open("10.0.0.1", () => isValid)!, open()!];
  await pass(0);
  isValid = false;
  await pass(250);
  assertEquals([page.isClosed, other.isClosed], [true, false]);
  feed.close();
});

Deno.test("an address that has taken all pages makes room for others, and not for itself", async () => {
  const { open, pass, feed } = start(3);
  const [a, b, c] = [open("10.0.0.1")!, open("10.0.0.1")!, open("10.0.0.1")!];
  await pass(0);
  assertEquals([feed.hasRoom("10.0.0.1"), feed.hasRoom("10.0.0.2")], [false, true]);
  assertEquals([open("10.0.0.1"), c.isClosed], [undefined, false]);
  const other = open("10.0.0.2")!;
  assertEquals([a, b, c].map(({ isClosed }) => isClosed), [false, false, true]);
  assertEquals(open("10.0.0.2"), undefined);
  assertEquals([open("10.0.0.1"), other.isClosed, feed.size], [undefined, false, 3]);
  feed.close();
  assertEquals(open("10.0.0.3"), undefined);
});

Deno.test("a page that is opened while a snapshot is being encoded gets its own", async () => {
  const { server, open, pass, feed } = start();
  server.names = Array.from({ length: 2_000 }, (_, rank) => `n${rank}`);
  const first = open()!;
  await pass(0);
  const second = open()!;
  await pass(250);
  await pass(250);
  assertEquals(
    [first, second].map((page) => page.take().filter(({ event }) => event === "snapshot").length),
    [1, 1],
  );
  feed.close();
});
