// What the variables of systemd mean, and what it is sent.

import { assertEquals } from "@std/assert";
import { parsePolled } from "../../../src/cli/systemd/passed_socket.ts";
import { reportSeat } from "../../../src/cli/systemd/report_seat.ts";
import { parseVariables } from "../../../src/cli/systemd/service_variables.ts";
import { SystemdManager } from "../../../src/cli/systemd/service_manager.ts";

const PID = 77;

/** A manager of a watched process, what it sends, and its timer. */
function record() {
  const sent: string[] = [];
  const timers: { ms: number; beat: () => void }[] = [];
  const manager = new SystemdManager({
    send: (message) => sent.push(message),
    monotonicUsec: () => 5n,
    watchdogMs: 30_000,
    every(ms, beat) {
      const timer = { ms, beat };
      timers.push(timer);
      return () => timers.splice(timers.indexOf(timer), 1);
    },
  });
  return { sent, timers, manager };
}

Deno.test("only variables for this process count", () => {
  const nothing = { notifySocket: undefined, watchdogMs: undefined, socketCount: 0 };
  assertEquals(parseVariables({}, PID), nothing);
  assertEquals(parseVariables({ NOTIFY_SOCKET: "" }, PID), nothing);
  assertEquals(parseVariables({ LISTEN_FDS: "1" }, PID), nothing);
  assertEquals(parseVariables({ LISTEN_FDS: "1", LISTEN_PID: "78" }, PID), nothing);
  assertEquals(parseVariables({ LISTEN_FDS: "x", LISTEN_PID: "77" }, PID), nothing);
  assertEquals(parseVariables({ WATCHDOG_USEC: "9000", WATCHDOG_PID: "78" }, PID), nothing);
  assertEquals(parseVariables({ WATCHDOG_USEC: "-1" }, PID), nothing);
  const all = { NOTIFY_SOCKET: "@a", WATCHDOG_USEC: "9000", LISTEN_FDS: "2", LISTEN_PID: "77" };
  const parsed = { notifySocket: "@a", watchdogMs: 9, socketCount: 2 };
  assertEquals(parseVariables(all, PID), parsed);
  assertEquals(parseVariables({ ...all, WATCHDOG_PID: "77" }, PID), parsed);
});

Deno.test("the watchdog is fed at half of its time, from READY to the end, by one timer", () => {
  const { sent, timers, manager } = record();
  manager.status("a");
  assertEquals(timers, []);
  manager.ready("b");
  manager.reloading();
  manager.ready("c");
  assertEquals(timers.map(({ ms }) => ms), [15_000]);
  timers[0]!.beat();
  manager.stopping("d");
  manager.close();
  manager.ready("e");
  assertEquals(timers, []);
  assertEquals(sent, [
    "STATUS=a",
    "READY=1\nSTATUS=b",
    "RELOADING=1\nMONOTONIC_USEC=5\nSTATUS=Reloading",
    "READY=1\nSTATUS=c",
    "WATCHDOG=1",
    "STOPPING=1\nSTATUS=d",
    "READY=1\nSTATUS=e",
  ]);
});

Deno.test("a status is one line", () => {
  const { sent, manager } = record();
  manager.status("lost:\nMAINPID=1\r\n\tx");
  assertEquals(sent, ["STATUS=lost: MAINPID=1 x"]);
});

Deno.test("a client is ready with a seat, and with a place in the waiting room", () => {
  const { sent, manager } = record();
  reportSeat(manager, { kind: "connected", host: "a", port: 1 });
  reportSeat(manager, { kind: "waiting", waiting: { position: 2 } });
  reportSeat(manager, { kind: "promoted", promoted: { rank: 1, was: 2, epoch: 1, members: 2 } });
  reportSeat(manager, { kind: "disconnected", why: "refused" });
  assertEquals(sent, [
    "READY=1\nSTATUS=Number 2 in the waiting room",
    "STATUS=Rank 1",
    "STATUS=Not connected: refused",
  ]);
});

Deno.test("how a descriptor is polled is read from /proc", () => {
  const fdinfo = "pos:\t0\nflags:\t02000002\nmnt_id:\t15\n" +
    "tfd:        2 events:       19 data:                2  pos:0 ino:1 sdev:8\n" +
    "tfd:       22 events: 8000201d data:     5620a8c2f4c0  pos:0 ino:1b0 sdev:8\n";
  assertEquals(parsePolled(fdinfo, 22), { events: 0x8000201d, data: 0x5620a8c2f4c0n });
  assertEquals(parsePolled(fdinfo, 2), { events: 0x19, data: 2n });
  assertEquals(parsePolled(fdinfo, 9), undefined);
});
