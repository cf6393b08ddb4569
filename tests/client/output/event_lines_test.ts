import { assert, assertEquals } from "@std/assert";
import type { ClientEvent } from "../../../src/client/session/client_event.ts";
import { commandText, eventLines, refusalLine } from "../../../src/client/output/event_lines.ts";
import { COLOURED } from "../../../src/client/output/screen_style.ts";
import { acts } from "../../support/acting_text.ts";
import { SERVER_LIMITS } from "../../support/client/server_limits.ts";

const NO_TIMES = { heartbeat_ms: 0, silence_ms: 0, resume_grace_ms: 0, lease_ms: 0, lead_after_ms: 0 };
const EVIL = "\x1b[2J\n\u202eevil";
const from = { rank: 0, ticket: 1, name: EVIL };
const execute = { command: "restart", args: [EVIL], from, epoch: 3 };
const member = { rank: 4, ticket: 9, name: EVIL, address: EVIL, since: EVIL };

const EVENTS: readonly ClientEvent[] = [
  { kind: "connected", host: EVIL, port: 1 },
  {
    kind: "welcome",
    welcome: {
      rank: 1,
      ticket: 2,
      epoch: 3,
      members: 4,
      capacity: 5,
      commands: [EVIL],
      protocol: 1,
      limits: SERVER_LIMITS,
      times: NO_TIMES,
    },
  },
  { kind: "promoted", promoted: { rank: 0, was: 1, epoch: 4, members: 3 } },
  { kind: "yielded", place: { rank: 3, ticket: 12, epoch: 5, members: 4, times: NO_TIMES } },
  {
    kind: "result",
    result: { run: 1, rank: 2, ticket: 3, name: EVIL, status: "failed", reason: EVIL, signal: EVIL },
  },
  {
    kind: "roster_changed",
    change: { epoch: 4, members: 3, joined: [member], left: [2], renamed: [{ ticket: 9, name: EVIL }] },
  },
  {
    kind: "refused",
    refused: { method: "run", command: EVIL, code: -32003, message: EVIL, data: { reason: EVIL } },
  },
  { kind: "execute", id: 1, execute },
  { kind: "executed", id: 1, execute, execution: { status: "failed", reason: EVIL } },
  { kind: "cancel", id: 1 },
  { kind: "closing", closing: { reason: EVIL } },
  { kind: "disconnected", why: EVIL, retryInMs: 250 },
  { kind: "missed", count: 2 },
];

Deno.test("events: whatever strangers put into them, their lines cannot drive the terminal", () => {
  for (const event of EVENTS) {
    const lines = eventLines(event, { nameOf: () => EVIL });
    assert(lines.length > 0, event.kind);
    for (const line of lines) assert(!acts(line), JSON.stringify(line));
  }
});

Deno.test("events: style adds escapes and changes nothing else", () => {
  for (const event of EVENTS) {
    // deno-lint-ignore no-control-regex
    const bare = eventLines(event, { style: COLOURED }).map((line) => line.replace(/\x1b\[\d+m/g, ""));
    assertEquals(bare, eventLines(event));
  }
});

Deno.test("events: a crowd that comes or goes at once is counted, not listed", () => {
  const joined = Array.from({ length: 500 }, (_, rank) => ({ ...member, rank }));
  const change = { epoch: 5, members: 501, joined, left: [1, 2], renamed: [] };
  const nameOf = (ticket: number) => ticket === 2 ? "web-2" : undefined;
  assertEquals(eventLines({ kind: "roster_changed", change }, { nameOf }), [
    "500 members joined",
    "ticket 1 left",
    "web-2 left; 501 members",
  ]);
});

Deno.test("events: executed is said only of what was executed", () => {
  const line = (execution: (ClientEvent & { kind: "executed" })["execution"]) =>
    eventLines({ kind: "executed", execute: { ...execute, args: [] }, execution })[0];
  assertEquals(line({ status: "ok", code: 0 }), "restart ran: ok");
  assertEquals(line({ status: "failed", code: 3 }), "restart ran: failed, exit code 3");
  assertEquals(line({ status: "refused", reason: "no" }), "restart: refused, no");
  const sender = "rank 0 (\\x1b[2J\\n\\u202eevil)";
  assertEquals(line({ status: "delivered" }), `restart from ${sender}: delivered, not executed`);
  assertEquals(
    line({ status: "delivered", reason: "dry run" }),
    `restart from ${sender}: delivered, dry run`,
  );
  assertEquals(line({ status: "timed_out", code: 143, signal: "SIGTERM" }), "restart: timed out, SIGTERM");
});

Deno.test("events: a refusal is a sentence with the error's word", () => {
  assertEquals(refusalLine("rank 0 is above you", "outranked"), "Refused: rank 0 is above you (outranked)");
  assertEquals(refusalLine("type more"), "Refused: type more");
});

Deno.test("events: a command is shown so that its arguments can be told apart", () => {
  assertEquals(commandText({ command: "say", args: ["a b", "", "c"] }), 'say "a b" "" c');
});
