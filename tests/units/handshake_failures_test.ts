// A flood of failed handshakes must not become a flood of log lines.

import { assertEquals } from "@std/assert";
import type { ServerEvent } from "../../src/log/server_event.ts";
import { HandshakeFailures } from "../../src/server/handshake_failures.ts";
import { FakeClock } from "./fake_clock.ts";

const QUIET_MS = 1_000;
const remote = (port: number) => ({ ip: "192.0.2.1", port });

function start() {
  const clock = new FakeClock();
  const events: ServerEvent[] = [];
  const failures = new HandshakeFailures((event) => events.push(event), clock, QUIET_MS);
  const told = () =>
    events.map((event) => event.event === "handshake_failed" ? [event.port, event.count] : event);
  return { clock, failures, told };
}

Deno.test("the first failed handshake is told at once, and those after it together, once in a while", () => {
  const { clock, failures, told } = start();
  failures.note(remote(1), new Error("unexpected end of file"));
  assertEquals(told(), [[1, 1]]);
  for (let port = 2; port <= 10_000; port++) failures.note(remote(port), new Error("no"));
  assertEquals(told(), [[1, 1]]);
  clock.advance(QUIET_MS);
  assertEquals(told(), [[1, 1], [10_000, 9_999]]);
  failures.note(remote(3), new Error("no"));
  assertEquals(told().length, 2);
  clock.advance(QUIET_MS);
  assertEquals(told().at(-1), [3, 1]);
  clock.advance(QUIET_MS);
  failures.note(remote(4), new Error("no"));
  assertEquals(told().at(-1), [4, 1]);
});

Deno.test("at the end nothing is left untold, and no timer is left behind", () => {
  const { clock, failures, told } = start();
  for (const port of [1, 2, 3]) failures.note(remote(port), new Error("no"));
  failures.stop();
  assertEquals(told(), [[1, 1], [3, 2]]);
  assertEquals(clock.timers, 0);
});
