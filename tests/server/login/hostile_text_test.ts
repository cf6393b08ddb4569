// Nothing that an untrusted client sends may act on another user's terminal, or split a log line: names, commands,
// arguments, outputs, reasons, methods, ids, tokens. Each is sent in every possible way.

import { assert, assertEquals } from "@std/assert";
import { eventLines } from "../../../src/client/output/event_lines.ts";
import type { ClientEvent } from "../../../src/client/session/client_event.ts";
import { eventText } from "../../../src/log/event_text.ts";
import { jsonLine } from "../../../src/log/json_lines.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { startServer } from "../../support/server/start_server.ts";
import { tokensToml } from "../../support/server/tokens.ts";
import { SERVER_LIMITS } from "../../support/client/server_limits.ts";

/** C0, DEL, C1, a line end, bidi overrides and isolates, separators, a byte order mark, an unpaired surrogate. */
const HOSTILE = "\u001b[2J\u0007\r\n\u007f\u009b31m\u202e\u2066\u2028\u2029\ufeff\ud800x\t";
const ACTS = /[\p{Control}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]|\p{Surrogate}/u;

function assertHarmless(texts: readonly string[]): void {
  for (const text of texts) assert(!ACTS.test(text), `this acts: ${JSON.stringify(text)}`);
}

Deno.test("text sessions and the log never contain characters that act on a terminal, whatever others send", async () => {
  await using server = await startServer({ toml: 'commands = ["uptime"]' });
  await using program = await RawClient.join(server.port);
  await using person = await RawClient.join(server.port);
  await using below = await RawClient.join(server.port);
  person.send("/watch on");
  await person.text("Clients that join and leave are shown from now on");
  // As a name it is refused outright, so that it need not be escaped.
  for (const name of [HOSTILE, "a\u202eb", "a\u009bb", "a\ud800b", "a\u2066b", "\ufeff", "a\u2028b"]) {
    assertEquals(
      (await program.request("hello", { name })).error?.data.reason,
      "invalid_params",
      JSON.stringify(name),
    );
  }
  await program.request("hello", { name: "Ada" });
  await below.request("ping");
  // Commands and their arguments, shown to a person who is to execute them.
  const args = [HOSTILE.replace("\ud800", ""), "\u001b]0;title\u0007"];
  await program.request("run", { command: "uptime", args, to: [1] });
  await program.request("run", { command: HOSTILE });
  program.notify("run", { command: HOSTILE, args: [HOSTILE] });
  await program.request(HOSTILE, {});
  program.notify(HOSTILE);
  program.send(`{"jsonrpc":"2.0","id":1,"method":"ping" ${HOSTILE}`);
  program.send({ jsonrpc: "2.0", id: HOSTILE, method: "cancel", params: { run: HOSTILE } });
  program.send({ jsonrpc: "2.0", id: HOSTILE, method: "hello", params: { [HOSTILE]: 1 } });
  // Outputs, reasons and signals, shown to a person who sent the command.
  const answers = [
    { result: { code: 1, signal: HOSTILE, stdout: HOSTILE, stderr: HOSTILE } },
    { error: { code: -32003, message: HOSTILE } },
    { error: { code: 1, message: HOSTILE } },
    { result: { [HOSTILE]: HOSTILE } },
  ];
  for (const answer of answers) {
    person.send("uptime");
    const { id } = await below.message("execute");
    below.send({ jsonrpc: "2.0", id, ...answer });
    await person.text("ended for 1 executor");
  }
  // What a person types comes back in the refusals.
  for (const line of [`\u001b[2J\u202e`, `/\u009b2J`, `@\u202e1 x`, `/dry \u001b[2J`, `"\u001b`]) {
    person.send(line);
  }
  person.send("/quit");
  await person.text("Goodbye");
  assertHarmless(person.lines.slice(1).map(({ text }) => text));
  assertHarmless(server.events.map(eventText));
  assertHarmless(server.events.map(jsonLine));
});

Deno.test("neither can a client that has not logged in", async () => {
  await using server = await startServer({
    tokens: tokensToml({ ada: "" }),
    toml: "[auth]\nfailure_delay_ms = 0",
  });
  const lines = [
    { jsonrpc: "2.0", id: HOSTILE, method: "hello", params: { token: HOSTILE } },
    { jsonrpc: "2.0", id: 1, method: HOSTILE, params: { [HOSTILE]: HOSTILE } },
    `/login ${HOSTILE.replaceAll(/[\r\n\ud800]/g, "")}`,
    `\u001b[2J`,
  ];
  for (const line of lines) {
    await using stranger = await RawClient.connect(server.port);
    stranger.send(line);
    await stranger.ended();
    assertHarmless(stranger.lines.map(({ text, json }) => json === undefined ? text : ""));
  }
  assertEquals(server.eventsOf("login_refused").length, lines.length);
  assertHarmless(server.events.map(eventText));
});

Deno.test("rankclient prints nothing that acts on a terminal, whatever the server sends", () => {
  const who = { rank: 1, ticket: 2, name: HOSTILE };
  const member = { ...who, address: HOSTILE, since: HOSTILE };
  const execute = { command: HOSTILE, args: [HOSTILE], from: who, epoch: 1 };
  const times = { heartbeat_ms: 1, silence_ms: 1, resume_grace_ms: 1, lease_ms: 1, lead_after_ms: 1 };
  const outcome = { code: 1, signal: HOSTILE, stdout: HOSTILE, stderr: HOSTILE, reason: HOSTILE };
  const events: ClientEvent[] = [
    { kind: "connected", host: HOSTILE, port: 1 },
    {
      kind: "welcome",
      welcome: {
        rank: 0,
        ticket: 1,
        epoch: 1,
        members: 1,
        capacity: 1,
        commands: [HOSTILE],
        protocol: 1,
        limits: SERVER_LIMITS,
        times,
      },
    },
    { kind: "seat_lost", why: HOSTILE },
    { kind: "result", result: { run: HOSTILE, ...who, status: "failed", ...outcome } },
    {
      kind: "roster_changed",
      change: { epoch: 1, members: 1, joined: [member], left: [1], renamed: [{ ticket: 2, name: HOSTILE }] },
    },
    {
      kind: "refused",
      refused: { method: HOSTILE, command: HOSTILE, code: 1, message: HOSTILE, data: { reason: HOSTILE } },
    },
    { kind: "execute", execute },
    { kind: "executed", execute, execution: { status: "failed", ...outcome } },
    { kind: "closing", closing: { reason: HOSTILE, message: HOSTILE } },
    { kind: "disconnected", why: HOSTILE },
  ];
  for (const event of events) assertHarmless(eventLines(event, { nameOf: () => HOSTILE }));
});
