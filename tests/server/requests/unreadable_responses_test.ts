// Responses that cannot be read: where they show whose they are, their run is failed immediately (G8); otherwise they are
// refused like any unreadable line, and no run is mistaken for another.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { RawClient } from "../../support/server/raw_client.ts";
import { startServer } from "../../support/server/start_server.ts";

const LINE_BYTES = 4_096;
const TOML = `commands = ["uptime"]\n[limits]\nline_bytes = ${LINE_BYTES}\noutput_bytes = 1024`;
const LONG = "x".repeat(2 * LINE_BYTES);
const DEEP = `${"[".repeat(33)}${"]".repeat(33)}`;
const encoder = new TextEncoder();

type Row = readonly [name: string, line: (id: number) => string | Uint8Array, told: string];

const result = (content: string) => (id: number) =>
  `{"jsonrpc":"2.0","id":${id},"result":{"code":0,"stdout":${content}}}`;
const resultFirst = (content: string, behind: string) => (id: number) =>
  `{"jsonrpc": "2.0", "result": {"code": 0, "stdout": ${content}}, "id": ${id}${behind}}`;
/** As bytes, of which each "!" is one that UTF-8 does not have. */
const spoilt = (line: (id: number) => string) => (id: number) =>
  encoder.encode(line(id)).map((byte) => byte === 0x21 ? 0xff : byte);

const TOO_LONG = `Line exceeds the limit of ${LINE_BYTES} bytes`;
const TOO_DEEP = "JSON nesting exceeds the limit of 32 levels";
const NO_JSON = "Invalid JSON";
const NO_UTF8 = "Line is not valid UTF-8";

const ATTRIBUTED: readonly Row[] = [
  ["too long", result(`"${LONG}"`), TOO_LONG],
  [
    "too long, an error",
    (id) => `{"id":${id},"jsonrpc":"2.0","error":{"code":1,"message":"${LONG}"}}`,
    TOO_LONG,
  ],
  ["too long, with blanks", (id) => ` { "id" : ${id} , "result" : "${LONG}" }`, TOO_LONG],
  ["too long, the id last", resultFirst(`"${LONG}"`, ""), TOO_LONG],
  ["too long, the id before the version", resultFirst(`"${LONG}"`, ', "jsonrpc": "2.0"'), TOO_LONG],
  ["too long, of JSON-RPC 1.0", (id) => `{"result":"${LONG}","id":${id},"error":null}`, TOO_LONG],
  ["too long, with other ids in it", resultFirst(`"${LONG}", "id": 999`, ""), TOO_LONG],
  ["too deep", result(DEEP), TOO_DEEP],
  ["too deep, the id last", resultFirst(DEEP, ""), TOO_DEEP],
  ["not UTF-8", spoilt(result('"!"')), NO_UTF8],
  ["not UTF-8, the id last", spoilt(resultFirst('"!"', "")), NO_UTF8],
  ["no JSON: a line feed as it is", result('"a\tb"'), NO_JSON],
  ["no JSON: a value of Python", result("None"), NO_JSON],
  ["no JSON, the id last", resultFirst("NaN", ""), NO_JSON],
  ["no JSON: cut short", (id) => `{"jsonrpc":"2.0","id":${id},"result":{"co`, NO_JSON],
];

const NOT_ATTRIBUTED: readonly Row[] = [
  ["a request that is too long", (id) => `{"jsonrpc":"2.0","id":${id},"method":"${LONG}"}`, "too_large"],
  [
    "a request with a result within",
    (id) => `{"jsonrpc":"2.0","method":"run","params":{"result":"${LONG}"},"id":${id}}`,
    "too_large",
  ],
  [
    "a request with a method first",
    (id) => `{"method":"ping","id":${id},"result":"${LONG}"}`,
    "too_large",
  ],
  ["another member before the id", (id) => `{"x":1,"id":${id},"result":"${LONG}"}`, "too_large"],
  ["an id in a string", (id) => `{"result":"${LONG}\\"id\\":${id}}"}`, "too_large"],
  [
    "an id at the end of a string",
    (id) => `{"result":"${LONG},\\"id\\":${id},\\"jsonrpc\\":\\"2.0"}`,
    "too_large",
  ],
  ["an id in the result", (id) => `{"result":{"x":"${LONG}","id":${id}}}`, "too_large"],
  ["an id that is text", (id) => `{"id":"${id}","result":"${LONG}"}`, "too_large"],
  ["an id that nobody waits for", (id) => `{"id":${id + 1_000},"result":"${LONG}"}`, "too_large"],
  ["such an id at the end", (id) => `{"result":"${LONG}","id":${id + 1_000}}`, "too_large"],
  ["a batch", (id) => `[{"jsonrpc":"2.0","id":${id},"result":"${LONG}"}]`, "too_large"],
  ["a text", (id) => `{"id":${id} "result":1}`, "parse_error"],
  ["a deep request", (id) => `{"jsonrpc":"2.0","id":${id},"method":"ping","params":${DEEP}}`, "too_large"],
  ["a spoilt request", spoilt((id) => `{"jsonrpc":"2.0","id":${id},"method":"!"}`), "parse_error"],
];

Deno.test("G7, G8: a run is failed as soon as a response to it cannot be read", async (t) => {
  await using server = await startServer({ toml: TOML });
  await using issuer = await RawClient.join(server.port);
  await using executor = await RawClient.join(server.port);
  for (const [name, line, why] of ATTRIBUTED) {
    await t.step(name, async () => {
      const [other, run] = [
        issuer.ask("run", { command: "uptime" }),
        issuer.ask("run", { command: "uptime" }),
      ];
      const [first, second] = [await executor.message("execute"), await executor.message("execute")];
      const seen = executor.lines.length;
      executor.sendBytes(line(second.id));
      executor.send("");
      const { result } = await issuer.answer(run);
      assertEquals([result.failed, result.results.length], [1, 1]);
      assertStringIncludes(result.results[0].reason, "Invalid response: ");
      assertStringIncludes(result.results[0].reason, why);
      await executor.settled();
      assertEquals(executor.lines.length, seen + 1, "a response was answered");
      executor.respond(first.id, { code: 0 });
      assertEquals((await issuer.answer(other)).result.ok, 1, "another run was mistaken for it");
    });
  }
});

Deno.test("G7: an unreadable line that need not be a response changes no run, and is answered", async (t) => {
  await using server = await startServer({ toml: TOML });
  await using issuer = await RawClient.join(server.port);
  await using executor = await RawClient.join(server.port);
  await using bystander = await RawClient.join(server.port);
  for (const [name, line, reason] of NOT_ATTRIBUTED) {
    await t.step(name, async () => {
      const run = issuer.ask("run", { command: "uptime", to: [1] });
      const { id } = await executor.message("execute");
      // Nor does a client that was never asked end the run of another.
      bystander.sendBytes(result(`"${LONG}"`)(id));
      bystander.send("");
      await bystander.settled();
      executor.sendBytes(line(id));
      executor.send("");
      const { json } = await executor.next(({ json }) => json?.error !== undefined);
      assertEquals([json.id, json.error.data.reason], [null, reason]);
      executor.respond(id, { code: 0 });
      assertEquals((await issuer.answer(run)).result.ok, 1);
    });
  }
});

Deno.test("an unreadable response is logged, as every unreadable line is", async () => {
  await using server = await startServer({ toml: TOML });
  await using issuer = await RawClient.join(server.port);
  await using executor = await RawClient.join(server.port);
  const run = issuer.ask("run", { command: "uptime" });
  executor.send(result(`"${LONG}"`)((await executor.message("execute")).id));
  await issuer.answer(run);
  await executor.settled();
  assertEquals(server.eventsOf("message_refused").map(({ reason, port }) => [reason, port]), [
    ["too_large", executor.port],
  ]);
});
