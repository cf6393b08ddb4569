import { assertEquals } from "@std/assert";
import type { ServerEvent } from "../../../src/log/mod.ts";
import { activityOf } from "../../../src/web/feed/activity_of.ts";
import { SeenEvents } from "../../../src/web/feed/seen_events.ts";

const AT = { ip: "::1", port: 5, name: "ann" };

function seated(rank: number): ServerEvent {
  return { event: "client_seated", ip: "::1", port: 5, rank, ticket: 7, epoch: 1 };
}

Deno.test("the last events are kept with their numbers, and promotions are not", () => {
  const seen = new SeenEvents(() => 99);
  const reported: ServerEvent[] = [];
  const report = seen.tee((event) => reported.push(event));
  assertEquals(seen.after(0), []);
  for (let rank = 0; rank < 250; rank++) {
    report(seated(rank));
    report({ event: "client_promoted", ...AT, rank, was: rank + 1, epoch: 2 });
  }
  assertEquals(reported.length, 500);
  const kept = seen.after(0);
  assertEquals([kept.length, kept[0]!.id, kept.at(-1)!.id, seen.lastId], [200, 51, 250, 250]);
  assertEquals(seen.after(248), [
    { id: 249, at: 99, event: seated(248) },
    { id: 250, at: 99, event: seated(249) },
  ]);
  assertEquals(seen.after(250), []);
});

Deno.test("commands and failures are counted by what their events stand for", () => {
  const seen = new SeenEvents(() => 0);
  const report = seen.tee(() => {});
  report({ event: "command_accepted", ...AT, rank: 0, executors: 3, count: 40, command: "ping", args: [] });
  report({ event: "command_refused", ...AT, rank: 0, reason: "not_allowed", command: "x" });
  report({
    event: "run_ended",
    run: 1,
    command: "ping",
    counts: { ok: 5, delivered: 2, failed: 3, timeout: 1 },
    not_ok: [],
    ms: 4,
  });
  assertEquals(seen.counts, { commands: 40, failures: 5 });
});

Deno.test("an event becomes an entry with what people need to know of it", () => {
  const entry = (event: ServerEvent) => activityOf({ id: 1, at: 2, event });
  assertEquals(entry(seated(3)), {
    id: 1,
    at: 2,
    kind: "joined",
    client: { address: "[::1]:5", name: undefined, rank: 3, ticket: 7 },
  });
  assertEquals(
    entry({
      event: "run_ended",
      run: 9,
      command: "up",
      counts: { ok: 1, failed: 1 },
      not_ok: [{ rank: 2, name: "bo", status: "failed" }],
      ms: 12,
    }),
    {
      id: 1,
      at: 2,
      kind: "run",
      run: 9,
      command: "up",
      counts: { ok: 1, failed: 1 },
      failures: [{ rank: 2, name: "bo", status: "failed" }],
      ms: 12,
    },
  );
  assertEquals(entry({ event: "fault", where: "x", message: "y" }), {
    id: 1,
    at: 2,
    kind: "server",
    level: "error",
    text: "Internal error in x: y",
  });
});
