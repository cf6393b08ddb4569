// What both ends make of lines of JSON, by tables: values, whole lines, and the messages of JSON-RPC 2.0. The server's
// reader, the client's, and the short cuts of the server have to agree.

import { assert, assertEquals } from "@std/assert";
import { readMessages } from "../../../src/client/connection/conversation/read_messages.ts";
import { PlainRunReader } from "../../../src/protocol/fast/plain_runs.ts";
import { readPlainAnswer } from "../../../src/protocol/fast/plain_answer.ts";
import { type Message, type Parsed, parseLine } from "../../../src/protocol/json_rpc/json_rpc.ts";
import { isNestedDeeper } from "../../../src/protocol/wire/json_depth.ts";
import { type Line, LineFramer } from "../../../src/protocol/wire/line_framer.ts";
import { checkTable } from "../../support/check_table.ts";
import * as values from "./tables/json_values.ts";
import * as lines from "./tables/lines.ts";
import * as messages from "./tables/messages.ts";

const MAX_BATCH = 10;
const MAX_DEPTH = 32;
const MAX_ID = 256;
const encoder = new TextEncoder();
const runs = new PlainRunReader(["ping"], { argsCount: 64, argBytes: 4_096 });

function frame(line: string | Uint8Array): Line {
  const bytes = typeof line === "string" ? encoder.encode(line) : line;
  const [read, ...others] = new LineFramer(1_000_000).push(Uint8Array.from([...bytes, 10]));
  assertEquals(others, [], "more than one line");
  return read!;
}

/** As the server does it: the line, its depth, its messages. */
function serverReads(text: string): Parsed {
  if (isNestedDeeper(text, MAX_DEPTH)) {
    return { kind: "invalid", id: null, refusal: { reason: "too_large", message: "" } };
  }
  return parseLine(text, MAX_BATCH, MAX_ID);
}

/** Kind, id, and the word for the error, as the tables have it; of a batch, all of its messages. */
function inShort(parsed: Parsed): readonly unknown[] {
  if (parsed.kind === "batch") return parsed.items.map(inShort);
  if (parsed.kind === "notification") return ["notification"];
  return parsed.kind === "invalid" ? ["invalid", parsed.id, parsed.refusal.reason] : [parsed.kind, parsed.id];
}

/** The client has no limit for the length of an id: it is its own. */
function clientReads(text: string): readonly Message[] {
  return readMessages(text, { batchItems: MAX_BATCH, jsonDepth: MAX_DEPTH });
}

/** A line that a short cut takes is one that the general way reads as the same. */
function checkShortCuts(value: string): void {
  const run = `{"jsonrpc":"2.0","method":"run","params":{"command":"ping","args":[${value}]}}`;
  const plain = runs.read(`${run}\n`, 0);
  if (plain !== undefined) {
    const parsed = serverReads(run);
    assert(parsed.kind === "notification", "taken by the short cut only");
    const { args } = parsed.params as { args: unknown[] };
    assert(args.every((arg) => typeof arg === "string"), "no text, and taken by the short cut");
    assertEquals(plain.args, [JSON.stringify(args)], "passed on as another text");
  }
  for (const [id, code] of [[value, "0"], ["7", value]]) {
    const answer = `{"jsonrpc":"2.0","id":${id},"result":{"code":${code}}}`;
    const plainAnswer = readPlainAnswer(`${answer}\n`, 0);
    if (plainAnswer === undefined) continue;
    const expected = { kind: "result", id: plainAnswer.id, result: { code: plainAnswer.code } };
    assertEquals(serverReads(answer), expected as Parsed);
  }
}

/** The line of a request with that value, as the text that the server makes of its bytes. */
function textWith(value: string): string {
  const line = frame(`{"jsonrpc":"2.0","id":1,"method":"m","params":[${value}]}`);
  assert("text" in line, "no text");
  return line.text;
}

const { VALID_NUMBERS, VALID_STRINGS, VALID_STRUCTURES, ...noValues } = values;

for (const [name, rows] of Object.entries({ VALID_NUMBERS, VALID_STRINGS, VALID_STRUCTURES })) {
  Deno.test(`JSON: ${name.toLowerCase().replaceAll("_", " ")}`, () =>
    checkTable(rows, (text, value) => {
      const expected: Parsed = { kind: "request", id: 1, method: "m", params: [value] };
      assertEquals(serverReads(textWith(text)), expected);
      assertEquals(clientReads(textWith(text)), [expected]);
      checkShortCuts(text);
    }));
}

for (const [name, rows] of Object.entries(noValues)) {
  Deno.test(`JSON: ${name.toLowerCase().replaceAll("_", " ")}`, () =>
    checkTable(rows.map(([name, text]) => [name, text, undefined] as const), (text) => {
      assertEquals(inShort(serverReads(textWith(text))), ["invalid", null, "parse_error"]);
      assertEquals(clientReads(textWith(text)).map(inShort), [["invalid", null, "parse_error"]]);
      checkShortCuts(text);
    }));
}

for (const [name, rows] of Object.entries(lines)) {
  Deno.test(`JSON: ${name.toLowerCase()}`, () =>
    checkTable(rows, (line, expected) => {
      const read = frame(line);
      if (!("text" in read)) return assertEquals([read.fault, expected], ["bad_utf8", "parse_error"]);
      const outcome = expected === "request" ? ["request", 1] : ["invalid", null, expected];
      assertEquals(inShort(serverReads(read.text)), outcome);
      assertEquals(clientReads(read.text).map(inShort), [outcome]);
    }));
}

for (const [name, rows] of Object.entries(messages)) {
  Deno.test(`JSON-RPC: ${name.toLowerCase()}`, () =>
    checkTable(rows, (line, expected) => {
      assertEquals(inShort(serverReads(line)), expected);
      const isLongId = line.includes("x".repeat(MAX_ID + 1));
      if (!isLongId) assertEquals(clientReads(line).map(inShort), [expected].flatMap(itemsOf));
    }));
}

/** The client takes a batch message by message. */
function itemsOf(expected: readonly unknown[]): readonly unknown[] {
  return Array.isArray(expected[0]) ? expected : [expected];
}
