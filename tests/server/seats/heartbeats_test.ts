// Who is asked whether it is there, when, and who is closed. With a clock that the test moves.

import { assertEquals } from "@std/assert";
import { Heartbeats, type WatchedSession } from "../../../src/server/seats/heartbeats.ts";
import type { Mode } from "../../../src/server/connection/member.ts";
import { FakeClock } from "../../support/fake_clock.ts";

const TIMES = { heartbeatMs: 1_000, silenceMs: 3_000, firstLineMs: 0, idleMs: 0 };

/** Sessions by name, with what happened to each and when. */
function scene(times = TIMES) {
  const clock = new FakeClock();
  const sessions = new Set<WatchedSession>();
  const happened: [what: string, name: string, at: number][] = [];
  const heartbeats = new Heartbeats(clock, times, sessions, () => {});
  const add = (name: string, { mode = "json" as Mode, leaseMs = 0 } = {}) => {
    const session = {
      ...{ mode, leaseMs, isOpen: true, seat: undefined },
      ...{ lastHeardAt: clock.now(), lastRequestAt: clock.now(), waitsForTurn: false },
      send: () => happened.push(["asked", name, clock.now()]),
      closeWith(reason: string) {
        happened.push([reason, name, clock.now()]);
        session.isOpen = false;
        sessions.delete(session);
      },
    };
    sessions.add(session);
    if (leaseMs > 0) heartbeats.watchLease(session);
    return session;
  };
  return { clock, happened, heartbeats, add };
}

Deno.test("a silent program is asked once after the heartbeat, and closed after the silence", () => {
  const { clock, happened, add, heartbeats } = scene();
  add("silent");
  clock.advance(10_000);
  assertEquals(happened, [["asked", "silent", 1_000], ["timed_out", "silent", 3_000]]);
  heartbeats.stop();
  assertEquals(clock.timers, 0);
});

Deno.test("who answers is never closed, and is asked again only when it is silent again", () => {
  const { clock, happened, add } = scene();
  const session = add("alive");
  for (let second = 0; second < 10; second++) {
    clock.advance(1_300);
    session.lastHeardAt = clock.now();
  }
  assertEquals(new Set(happened.map(([what]) => what)), new Set(["asked"]));
  assertEquals(happened.length, 10);
});

Deno.test("text sessions and clients that have sent nothing are neither pinged nor closed", () => {
  const { clock, happened, add } = scene();
  add("person", { mode: "text" });
  add("nobody knows", { mode: "undecided" });
  clock.advance(100_000);
  assertEquals(happened, []);
});

Deno.test("pending connections are neither pinged nor closed by the heartbeats", () => {
  const { clock, happened, add } = scene({ ...TIMES, firstLineMs: 2_000, idleMs: 2_000 });
  add("stranger", { mode: "pending" });
  clock.advance(100_000);
  assertEquals(happened, []);
});

Deno.test("times that are shorter than a heartbeat are looked at in time", () => {
  const { clock, happened, add } = scene({ ...TIMES, heartbeatMs: 60_000, firstLineMs: 400 });
  add("silent", { mode: "undecided" });
  clock.advance(1_000);
  assertEquals(happened, [["asked", "silent", 200], ["timed_out", "silent", 400]]);
});

Deno.test("G11: a client with a lease is pinged after a third of it and closed when it is over, before silence_ms", () => {
  const { clock, happened, add } = scene();
  add("leader", { leaseMs: 600 });
  add("other");
  clock.advance(900);
  assertEquals(happened, [["asked", "leader", 200], ["timed_out", "leader", 600]]);
});

Deno.test("a shorter lease makes the sweeps more frequent, and they end with the last lease", () => {
  const { clock, happened, add, heartbeats } = scene();
  add("long", { leaseMs: 2_400 });
  clock.advance(100);
  add("short", { leaseMs: 240 });
  clock.advance(3_000);
  assertEquals(happened.map(([what, name]) => `${what} ${name}`), [
    "asked short",
    "timed_out short",
    "asked long",
    "timed_out long",
  ]);
  assertEquals(happened[1]![2], 340);
  assertEquals(clock.timers, 1, "only the round of all is left");
  heartbeats.stop();
});

Deno.test("a server that was blocked closes no client before it has read what arrived in the meantime", () => {
  let now = 0;
  let fire = () => {};
  const sent: number[] = [];
  let closes = 0;
  const session: WatchedSession = {
    ...{
      mode: "json",
      leaseMs: 0,
      isOpen: true,
      seat: undefined,
      lastHeardAt: 0,
      lastRequestAt: 0,
      waitsForTurn: false,
    },
    send: () => sent.push(now),
    closeWith: () => closes++,
  };
  const clock = {
    now: () => now,
    after: (_: number, callback: () => void) => {
      fire = callback;
      return () => {};
    },
  };
  new Heartbeats(clock, TIMES, new Set([session]), () => {});
  const sweepAt = (at: number) => {
    now = at;
    fire();
  };
  for (const at of [250, 500, 750, 1_000]) sweepAt(at);
  assertEquals(sent, [1_000]);
  sweepAt(60_000);
  assertEquals(closes, 0, "its answer may lie in the socket");
  session.lastHeardAt = 60_001;
  sweepAt(60_250);
  assertEquals(closes, 0);
});

Deno.test("what was silent before a hold-up and is silent after it is closed all the same", () => {
  const { clock, happened, add } = scene();
  add("dead");
  clock.advance(2_000);
  clock.advance(2_000);
  assertEquals(happened.at(-1), ["timed_out", "dead", 3_000]);
});

Deno.test("G9, G11: a client whose lines wait for their turn is not silent, however short its lease is", () => {
  const { clock, happened, add } = scene({ ...TIMES, idleMs: 2_000 });
  const session = add("leader", { leaseMs: 400 });
  session.waitsForTurn = true;
  clock.advance(10_000);
  assertEquals(happened, []);
  session.waitsForTurn = false;
  session.lastHeardAt = session.lastRequestAt = clock.now();
  clock.advance(10_000);
  assertEquals(happened.map(([what]) => what), ["asked", "timed_out"]);
});
