// Texts with which others go wrong, sent through a server: each arrives as it was, or is refused for a documented
// reason; and wherever a person looks, it is shown and does nothing.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ProgramRunner } from "../../src/client/executor/program_runner.ts";
import { openClient } from "../../src/client/mod.ts";
import { answerText } from "../../src/client/output/answer_text.ts";
import type { ClientEvent } from "../../src/client/session/client_event.ts";
import { loadClientConfig } from "../../src/config/client_config.ts";
import { CLIENT_BOUNDS } from "../../src/config/keys/client_bounds.ts";
import { eventJson, jsonLine } from "../../src/client/output/event_json.ts";
import { eventLines } from "../../src/client/output/event_lines.ts";
import { loadServerConfig } from "../../src/config/server_config.ts";
import { loadTokens } from "../../src/config/load_tokens.ts";
import { eventText } from "../../src/log/event_text.ts";
import { jsonLine as logLine } from "../../src/log/json_lines.ts";
import { acts } from "../support/acting_text.ts";
import { checkTable } from "../support/check_table.ts";
import { NAUGHTY } from "../support/naughty_strings.ts";
import { RawClient } from "../support/server/raw_client.ts";
import { startServer, type TestServer } from "../support/server/start_server.ts";
import { sha256 } from "../support/server/tokens.ts";

const TOML =
  'commands = ["say"]\n[limits]\noutput_bytes = 200000\ncommands_per_second = 1000000\ncommands_burst = 1000000';

/** A text session with rank 1, and programs with the ranks 0 and 2. */
async function withThree(
  test: (clients: { issuer: RawClient; person: RawClient; executor: RawClient }) => Promise<void>,
): Promise<void> {
  await using server = await startServer({ toml: TOML });
  await using issuer = await RawClient.join(server.port);
  await using person = await RawClient.join(server.port);
  await using executor = await RawClient.join(server.port);
  person.send("/watch on");
  await person.text("Clients that join and leave are shown from now on");
  await test({ issuer, person, executor });
  await issuer.settled();
  person.send("/who");
  await person.text("seats are taken");
  assertHarmless(person.lines.slice(1).map(({ text }) => text));
  assertHarmlessLog(server);
}

function assertHarmless(lines: readonly string[]): void {
  assertEquals(lines.filter(acts).map((line) => line.slice(0, 200)), []);
}

function assertHarmlessLog({ events }: TestServer): void {
  assertHarmless(events.map(eventText));
  assertHarmless(events.map((event) => logLine(event).trimEnd()));
}

Deno.test("naughty strings as arguments arrive as they are, or are refused by the rule that says so", async () => {
  await withThree(async ({ issuer, executor }) => {
    await checkTable(NAUGHTY, async (text, { argument }) => {
      const run = issuer.ask("run", { command: "say", args: [text, "x"] });
      issuer.notify("run", { command: "say", args: [text] });
      if (argument !== "exact") {
        const { error } = await issuer.answer(run);
        assertEquals([error.data.reason, error.data.rule, error.data.position], ["not_allowed", argument, 1]);
        assert(!acts(error.message), "the refusal acts");
        assertEquals((await issuer.note("refused")).data.rule, argument);
        return;
      }
      const { id, params } = await executor.message("execute");
      assertEquals(params.args, [text, "x"]);
      assertEquals((await executor.note("execute")).args, [text], "as a notification");
      executor.respond(id, { code: 0 });
      // The text session was shown it.
      assertEquals((await issuer.answer(run)).result.delivered, 1);
    });
  });
});

Deno.test("naughty strings as a program's output arrive as they were, and are shown to people harmlessly", async () => {
  await withThree(async ({ issuer, person, executor }) => {
    await checkTable(NAUGHTY, async (text) => {
      const run = issuer.ask("run", { command: "say", to: [2] });
      executor.respond((await executor.message("execute")).id, { code: 3, stdout: text, stderr: text });
      const { result } = await issuer.answer(run);
      assertEquals([result.results[0].stdout, result.results[0].stderr], [text, text]);
      assertEquals((await issuer.note("result")).stdout, text);
      for (const answer of [{ result: { code: 3, stdout: text } }, { error: { code: 1, message: text } }]) {
        person.send("@2 say");
        executor.send({ jsonrpc: "2.0", id: (await executor.message("execute")).id, ...answer });
        await person.text("ended for 1 executor");
      }
    });
  });
});

Deno.test("naughty strings typed by hand in quotes arrive as they are, or are refused", async () => {
  await withThree(async ({ person, executor }) => {
    await checkTable(NAUGHTY, async (text, { argument }) => {
      // What ends the line, or cannot be sent as UTF-8, cannot be typed.
      if (text.includes("\n") || !text.isWellFormed()) return;
      person.send(`@2 say x "${text.replaceAll(/["\\]/g, "\\$&")}"`);
      if (argument !== "exact") {
        await person.text("Refused: ");
        return;
      }
      const { id, params } = await executor.message("execute");
      assertEquals(params.args, ["x", text]);
      executor.respond(id, { code: 0 });
      await person.text("ended for 1 executor");
    });
  });
});

Deno.test("naughty strings as arguments of a program, which prints them, come back as they were", async () => {
  await using server = await startServer({ toml: TOML });
  await using issuer = await RawClient.join(server.port);
  const text = `[run]\nsay = ["sh", "-c", 'printf %s "$1"; printf %s "$1" >&2', "sh", "{1}"]\n`;
  const { run, limits } = await loadClientConfig({ file: { path: "client.toml", text } });
  const runner = new ProgramRunner(run, { ...CLIENT_BOUNDS, ...limits });
  const executor = openClient({ host: "127.0.0.1", port: server.port, runner });
  try {
    const printed: ClientEvent[] = [];
    const events = (async () => {
      for await (const event of executor.events) printed.push(event);
    })();
    await server.until((event) => event.event === "client_seated" && event.rank === 1);
    await checkTable(NAUGHTY, async (text, { argument }) => {
      if (argument !== "exact") return;
      const { result } = await issuer.request("run", { command: "say", args: [text] });
      const [{ status, stdout, stderr }] = result.results;
      assertEquals([status, stdout, stderr], ["ok", text, text]);
    });
    await executor.close();
    await events;
    assertHarmless(printed.flatMap((event) => eventLines(event)));
  } finally {
    await executor.close();
  }
});

Deno.test("naughty strings as names are taken, composed, or refused", async () => {
  await withThree(async ({ issuer }) => {
    await checkTable(NAUGHTY, async (text, { name }) => {
      const { result, error } = await issuer.request("hello", { name: text });
      if (name === undefined) {
        assertEquals(error?.data.reason, "invalid_params", "it is a name");
        assert(!acts(error.message), "the refusal acts");
        return;
      }
      assertEquals(error, undefined);
      assertEquals(result.rank, 0);
      const roster = (await issuer.request("roster")).result;
      assertEquals(roster.members[0].name, name);
    });
  });
});

Deno.test("naughty strings as commands, methods, ids and unknown members are answered with what they are", async () => {
  await withThree(async ({ issuer }) => {
    await checkTable(NAUGHTY, async (text) => {
      const { error } = await issuer.request("run", { command: text });
      assertEquals([error.data.reason, error.data.rule], ["not_allowed", "commands"]);
      assert(!acts(error.message), "the refusal of the command acts");
      if (text !== "yield") {
        const unknown = (await issuer.request(text)).error;
        assertEquals(unknown.data.reason, "method_not_found");
        assert(!acts(unknown.message), "the refusal of the method acts");
      }
      const strange = (await issuer.request("ping", JSON.parse(`{${JSON.stringify(text)}:1}`))).error;
      assertEquals(strange.data.reason, "invalid_params");
      assert(!acts(strange.message), "the refusal of the member acts");
      issuer.send({ jsonrpc: "2.0", id: text, method: "ping" });
      const { json } = await issuer.next(({ json }) => json.id === text || json.id === null);
      assertEquals(json.id, text.length > 256 ? null : text);
    });
  });
});

Deno.test("naughty strings name commands and tokens only where the form of such a name allows it", () =>
  checkTable(NAUGHTY, async (text, { isWord }) => {
    // As a string of TOML; an unpaired surrogate cannot stand in a file, and is refused like an unknown escape.
    const quoted = JSON.stringify(text).replaceAll("\x7f", "\\u007f");
    const file = (text: string) => ({ path: "f.toml", text });
    const namesIn = {
      list:
        async () => [...(await loadServerConfig({ file: file(`commands = [${quoted}]`) })).commands.keys()],
      table:
        async () => [...(await loadServerConfig({ file: file(`[commands.${quoted}]`) })).commands.keys()],
      tokens: async () => {
        const tokens = await loadTokens(file(`[tokens.${quoted}]\nsha256 = "${sha256(text)}"`));
        return tokens.map(({ name }) => name);
      },
    };
    for (const [place, names] of Object.entries(namesIn)) {
      const taken = await names().catch((error: Error) => error);
      if (isWord) assertEquals(taken, [text], place);
      else {
        assert(taken instanceof Error, `${place}: accepted`);
        assertStringIncludes(taken.message, "f.toml:");
        assertHarmless(taken.message.split("\n"));
      }
    }
  }));

Deno.test("naughty strings from a server do nothing at rankclient's terminal, and with --json stay what they are", () =>
  checkTable(NAUGHTY, (text) => {
    const who = { rank: 1, ticket: 2, name: text };
    const execute = { command: text, args: [text], from: who, epoch: 1 };
    const outcome = {
      status: "failed",
      code: 1,
      signal: text,
      stdout: text,
      stderr: text,
      reason: text,
    } as const;
    const events: ClientEvent[] = [
      { kind: "execute", execute },
      { kind: "executed", execute, execution: outcome },
      { kind: "result", result: { run: text, ...who, ...outcome } },
      { kind: "refused", refused: { method: text, command: text, code: 1, message: text } },
      { kind: "closing", closing: { reason: text, message: text } },
    ];
    for (const event of events) {
      assertHarmless(eventLines(event, { nameOf: () => text }));
      const line = jsonLine(eventJson(event));
      assertHarmless([line]);
      assertEquals(JSON.parse(line), JSON.parse(JSON.stringify(eventJson(event))));
    }
    const counts = { ok: 0, failed: 1, refused: 0, delivered: 0, timed_out: 0, lost: 0, cancelled: 0 };
    const summary = { executors: 1, ...counts, results: [{ ...who, ...outcome }] };
    assertHarmless(answerText({ kind: "run", command: text, summary, raw: summary }).split("\n"));
  }));
