// --on-change: one hook after the other, once for each change.

import { assertEquals } from "@std/assert";
import { DENO_SIGNALS } from "../../../src/client/processes/signal_system.ts";
import type { ClientEvent } from "../../../src/client/session/client_event.ts";
import { Hooks, RankChanges } from "../../../src/client/lead/hooks.ts";
import { welcomeEvent } from "../../support/client/welcome_event.ts";

function welcome(rank: number, ticket: number, epoch: number): ClientEvent {
  return welcomeEvent({ rank, ticket, epoch });
}

Deno.test("a rank is reported once: not again when the connection breaks and the seat is resumed", () => {
  const changes = new RankChanges();
  assertEquals(changes.note(welcome(2, 5, 3)), { rank: 2, was: undefined, ticket: 5, epoch: 3 });
  assertEquals(changes.note({ kind: "disconnected", why: "test" }), undefined);
  assertEquals(changes.note(welcome(2, 5, 4)), undefined);
  const promoted: ClientEvent = { kind: "promoted", promoted: { rank: 1, was: 2, epoch: 6, members: 4 } };
  assertEquals(changes.note(promoted), { rank: 1, was: 2, ticket: 5, epoch: 6 });
  const times = { heartbeat_ms: 1, silence_ms: 2, resume_grace_ms: 0, lease_ms: 0, lead_after_ms: 0 };
  const place = { rank: 3, ticket: 9, epoch: 7, members: 4, times };
  assertEquals(changes.note({ kind: "yielded", place }), { rank: 3, was: 1, ticket: 9, epoch: 7 });
});

Deno.test("a new seat with the rank of the one before is told as a first seat, not as a change from its own rank", () => {
  const changes = new RankChanges();
  changes.note(welcome(3, 5, 3));
  changes.note({ kind: "seat_lost", why: "test" });
  assertEquals(changes.note(welcome(3, 9, 4)), { rank: 3, was: undefined, ticket: 9, epoch: 4 });
  assertEquals(changes.note(welcome(1, 11, 5)), { rank: 1, was: 3, ticket: 11, epoch: 5 });
});

/** Hooks whose programs the test ends. */
function startHooks(maxWaiting: number) {
  const started: { env: Record<string, string>; end: (code: number) => void }[] = [];
  const said: string[] = [];
  const hooks = new Hooks({
    argv: ["hook"],
    start: (_argv, env) => {
      const { promise, resolve } = Promise.withResolvers<{ code: number }>();
      started.push({ env, end: (code) => resolve({ code }) });
      // No group has this number, so no process gets a signal.
      return { pid: 2 ** 30, status: promise };
    },
    timeoutMs: 60_000,
    maxWaiting,
    stopTimes: { killAfterMs: 1, groupPollMs: 1, groupGoneMs: 1 },
    say: (line) => said.push(line),
    system: DENO_SIGNALS,
  });
  return { hooks, started, said };
}

const change = (rank: number) => ({ rank, was: rank + 1, ticket: 1, epoch: 10 - rank });

Deno.test("hooks run one at a time and in order, and one that failed is reported and does not delay the next", async () => {
  const { hooks, started, said } = startHooks(9);
  for (const rank of [2, 1, 0]) hooks.add(change(rank));
  for (const index of [0, 1, 2]) {
    assertEquals(started.length, index + 1);
    started[index]!.end(index === 1 ? 5 : 0);
    if (index < 2) {
      while (started.length === index + 1) await new Promise((resolve) => setTimeout(resolve));
    }
  }
  await hooks.close();
  assertEquals(
    started.map(({ env }) => env),
    [2, 1, 0].map((rank) => ({
      RANK: String(rank),
      RANK_WAS: String(rank + 1),
      RANK_TICKET: "1",
      RANK_EPOCH: String(10 - rank),
    })),
  );
  assertEquals(said, ["Hook failed: exit code 5 (rank 1, epoch 9)"]);
});

Deno.test("changes beyond the limit skip the oldest, with a message", async () => {
  const { hooks, started, said } = startHooks(1);
  for (const rank of [3, 2, 1]) hooks.add(change(rank));
  assertEquals(said, ["Hook skipped: 1 changes are already waiting (rank 2, epoch 8)"]);
  started[0]!.end(0);
  while (started.length < 2) await new Promise((resolve) => setTimeout(resolve));
  started[1]!.end(0);
  await hooks.close();
  assertEquals(started.map(({ env }) => env["RANK"]), ["3", "1"]);
});

Deno.test("a hook that a signal without a name ended has failed, with its code", async () => {
  const said: string[] = [];
  const hooks = new Hooks({
    argv: ["hook"],
    // As the runtime does it.
    start: () => ({ pid: 2 ** 30, status: Promise.reject(new TypeError("Invalid signal: 34")) }),
    timeoutMs: 60_000,
    maxWaiting: 1,
    stopTimes: { killAfterMs: 1, groupPollMs: 1, groupGoneMs: 1 },
    say: (line) => said.push(line),
    system: DENO_SIGNALS,
  });
  hooks.add({ rank: 0, was: undefined, ticket: 1, epoch: 2 });
  await hooks.close();
  assertEquals(said, ["Hook failed: exit code 162 (rank 0, epoch 2)"]);
});
