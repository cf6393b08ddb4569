// A flood of failed handshakes or refused connections must not become a flood of log lines.

import { assertEquals } from "@std/assert";
import type { ServerEvent } from "../../src/log/server_event.ts";
import { ThrottledReports } from "../../src/log/throttled_reports.ts";
import { FakeClock } from "../support/fake_clock.ts";

const QUIET_MS = 1_000;

function start() {
  const clock = new FakeClock();
  const events: ServerEvent[] = [];
  const reports = new ThrottledReports<"handshake_failed">((event) => events.push(event), clock, QUIET_MS);
  const note = (port: number) =>
    reports.note({ event: "handshake_failed", ip: "192.0.2.1", port, message: "no" });
  const told = () =>
    events.map((event) => event.event === "handshake_failed" ? [event.port, event.count] : event);
  return { clock, reports, note, told, events };
}

Deno.test("the first event is reported immediately, and later ones together, once per interval", () => {
  const { clock, note, told } = start();
  note(1);
  assertEquals(told(), [[1, 1]]);
  for (let port = 2; port <= 10_000; port++) note(port);
  assertEquals(told(), [[1, 1]]);
  clock.advance(QUIET_MS);
  assertEquals(told(), [[1, 1], [10_000, 9_999]]);
  note(3);
  assertEquals(told().length, 2);
  clock.advance(QUIET_MS);
  assertEquals(told().at(-1), [3, 1]);
  clock.advance(QUIET_MS);
  note(4);
  assertEquals(told().at(-1), [4, 1]);
});

Deno.test("the report is the event itself, with its count", () => {
  const { note, events } = start();
  note(7);
  assertEquals(events, [{ event: "handshake_failed", ip: "192.0.2.1", port: 7, message: "no", count: 1 }]);
});

Deno.test("of what goes on without end there is one line in each while, and the lines count all of it", () => {
  const { clock, reports, note, told } = start();
  for (let port = 0; port < 3_000; port++) {
    note(port);
    clock.advance(1);
  }
  reports.stop();
  assertEquals(told(), [[0, 1], [999, 999], [1_999, 1_000], [2_999, 1_000]]);
});

Deno.test("at the end nothing is left untold, and no timer is left behind", () => {
  const { clock, reports, note, told } = start();
  for (const port of [1, 2, 3]) note(port);
  reports.stop();
  assertEquals(told(), [[1, 1], [3, 2]]);
  assertEquals(clock.timers, 0);
});
