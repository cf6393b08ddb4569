// The events of `rankclient --json`, and the document that describes them.

import { assert, assertEquals } from "@std/assert";
import { eventJson, jsonLine, noticeLine, NOTICES } from "../../../src/client/output/event_json.ts";
import { NOTIFICATIONS } from "../../../src/protocol/methods/mod.ts";
import type { ClientEvent } from "../../../src/client/session/client_event.ts";
import { SERVER_LIMITS } from "../../support/client/server_limits.ts";

const times = { heartbeat_ms: 0, silence_ms: 0, resume_grace_ms: 0, lease_ms: 0, lead_after_ms: 0 };
const place = { rank: 1, ticket: 2, epoch: 3, members: 4 };
const execute = { command: "up", args: [], from: { rank: 0, ticket: 1, name: "a" }, epoch: 3 };
const execution = {
  status: "failed",
  code: 1,
  signal: "KILL",
  stdout: "",
  stderr: "",
  reason: "why",
} as const;

/** One of each kind, with all that it may have. */
const EVENTS: { readonly [Kind in ClientEvent["kind"]]: ClientEvent & { readonly kind: Kind } } = {
  connected: { kind: "connected", host: "a", port: 1 },
  welcome: {
    kind: "welcome",
    welcome: { ...place, capacity: 5, commands: [], protocol: 1, limits: SERVER_LIMITS, times },
    isBack: true,
  },
  waiting: { kind: "waiting", waiting: { position: 1 } },
  seat_lost: { kind: "seat_lost", why: "why" },
  promoted: { kind: "promoted", promoted: { rank: 0, was: 1, epoch: 4, members: 3 } },
  yielded: { kind: "yielded", place: { ...place, times } },
  result: { kind: "result", result: { run: 1, rank: 2, ticket: 3, name: "a", status: "ok" } },
  roster_changed: {
    kind: "roster_changed",
    change: { epoch: 4, members: 3, joined: [], left: [], renamed: [] },
  },
  commands_changed: { kind: "commands_changed", commands: [] },
  refused: { kind: "refused", refused: { method: "run", code: -32003, message: "why" } },
  execute: { kind: "execute", id: 1, execute },
  executed: { kind: "executed", id: 1, execute, execution },
  cancel: { kind: "cancel", id: 1 },
  closing: { kind: "closing", closing: { reason: "shutdown" } },
  disconnected: { kind: "disconnected", why: "why", retryInMs: 250 },
  yield_requested: { kind: "yield_requested", request: { within_ms: 5_000 } },
  missed: { kind: "missed", count: 2 },
};

const DOCUMENT = Deno.readTextFileSync(new URL("../../../docs/client-output.md", import.meta.url));

/** The row of each event in the document's table. */
function rows(): Map<string, string> {
  const table = DOCUMENT.slice(DOCUMENT.indexOf("| `event` "));
  const found = [...table.matchAll(/^\| `(\w+)` .*$/gm)].slice(1);
  assertEquals(new Set(found.map(([, event]) => event)).size, found.length, "an event has two rows");
  return new Map(found.map(([row, event]) => [event!, row]));
}

Deno.test("every event of --json is documented once, and no other", () => {
  assertEquals([...rows().keys()].sort(), [...Object.keys(EVENTS), ...NOTICES].sort());
});

Deno.test("an event that is no notification of the protocol has its members documented", () => {
  for (const event of Object.values(EVENTS)) {
    const { event: name, ...members } = eventJson(event);
    assertEquals(name, event.kind);
    if (Object.hasOwn(NOTIFICATIONS, event.kind) || event.kind === "yielded") continue;
    const row = rows().get(event.kind)!;
    for (const member of Object.keys(members)) {
      const isDocumented = row.includes(`\`${member}\``) || (event.kind === "executed" && member in execute);
      assert(isDocumented || member === "id", `${event.kind} has ${member}`);
    }
  }
});

Deno.test("what a client says of itself is a line for people, or an event on one line", () => {
  for (const event of NOTICES) {
    assertEquals(noticeLine(event, "one\ntwo", false), "one\ntwo");
    const line = noticeLine(event, "one\ntwo\x1b[2J\u202e", true);
    assertEquals(JSON.parse(line), { event, message: "one\ntwo\x1b[2J\u202e" });
    assertEquals(line, jsonLine({ event, message: "one\ntwo\x1b[2J\u202e" }));
    assert(!line.includes("\n") && !line.includes("\u202e"));
  }
});
