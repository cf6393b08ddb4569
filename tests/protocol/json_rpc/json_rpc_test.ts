import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { ErrorCode } from "../../../src/protocol/json_rpc/errors.ts";
import {
  encodeError,
  encodeNotification,
  encodeRequest,
  encodeResult,
  type Id,
  type Message,
  type Parsed,
  parseLine,
} from "../../../src/protocol/json_rpc/json_rpc.ts";
import { acts } from "../../support/acting_text.ts";
import { holds } from "../../support/seed.ts";

const MAX_BATCH = 10;

const ids: fc.Arbitrary<Id> = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.integer(),
  fc.constantFrom(0.5, Number.MAX_SAFE_INTEGER, -1, 1e300, null),
);
/** Values that go through JSON unchanged; -0 does not. */
const jsonValues = fc.jsonValue({ maxDepth: 4 }).map((value): unknown => JSON.parse(JSON.stringify(value)));
const params = fc.oneof(fc.dictionary(fc.string(), jsonValues), fc.array(jsonValues)).map((value): unknown =>
  JSON.parse(JSON.stringify(value))
);
/** Objects that are nearly messages: the known keys, with anything in them. */
const nearMessages = fc.record({
  jsonrpc: fc.oneof({ weight: 5, arbitrary: fc.constant("2.0") }, jsonValues),
  id: fc.oneof(ids, jsonValues),
  method: fc.oneof(fc.string(), jsonValues),
  params: fc.oneof(params, jsonValues),
  result: jsonValues,
  error: fc.oneof(fc.record({ code: fc.integer(), message: fc.string() }), jsonValues),
  ["__proto__"]: jsonValues,
}, { requiredKeys: [] });

const KINDS = ["request", "notification", "result", "error", "bad_response", "invalid", "batch"];

Deno.test("no JSON value makes the parser throw, and each is one of the known kinds", () => {
  holds(
    fc.property(fc.oneof(jsonValues, nearMessages, fc.array(nearMessages, { maxLength: 14 })), (value) => {
      assertSound(parse(JSON.stringify(value)));
    }),
    { numRuns: 3_000 },
  );
});

Deno.test("no line makes the parser throw: any text, and messages with a piece cut out, doubled or replaced", () => {
  const mutated = fc.tuple(nearMessages, fc.nat(), fc.nat(8), fc.string({ unit: "binary", maxLength: 5 }))
    .map(
      ([message, at, length, insert]) => {
        const line = JSON.stringify(message);
        const start = at % (line.length + 1);
        return line.slice(0, start) + insert + line.slice(start + length);
      },
    );
  holds(
    fc.property(
      fc.oneof(fc.string({ unit: "binary" }), fc.json(), mutated),
      (line) => assertSound(parse(line)),
    ),
    { numRuns: 3_000 },
  );
});

Deno.test("what is encoded is parsed as the same: requests, notifications, results and errors", () => {
  holds(fc.property(ids, fc.string({ unit: "binary" }), params, jsonValues, (id, method, given, result) => {
    assertEquals(parse(encodeRequest(id, method, given)), { kind: "request", id, method, params: given });
    assertEquals(parse(encodeRequest(id, method, undefined)), {
      kind: "request",
      id,
      method,
      params: undefined,
    });
    assertEquals(parse(encodeNotification(method, given)), { kind: "notification", method, params: given });
    assertEquals(parse(encodeResult(id, result)), { kind: "result", id, result });
    const refusal = { reason: "outranked", message: method, data: { rank: 0, given } } as const;
    assertEquals(parse(encodeError(id, refusal)), {
      kind: "error",
      id,
      error: { code: -32004, message: method, data: { reason: "outranked", rank: 0, given } },
    });
  }));
});

Deno.test("an encoded message is one line, whatever is in it", () => {
  holds(fc.property(ids, fc.string({ unit: "binary" }), params, (id, method, given) => {
    const refusal = { reason: "full", message: method } as const;
    for (
      const line of [encodeRequest(id, method, given), encodeResult(id, given), encodeError(id, refusal)]
    ) {
      assert(!/[\n\r]/.test(line), "a line ending within a message");
    }
  }));
});

Deno.test("a request keeps its id, of whichever of the three kinds", () => {
  for (const id of ["", "1", "\ud800", 1, 0, -1.5, 1e21, null]) {
    assertEquals(parse(JSON.stringify({ jsonrpc: "2.0", id, method: "ping" })), {
      kind: "request",
      id,
      method: "ping",
      params: undefined,
    });
  }
});

Deno.test("an id that cannot be returned exactly is refused, wherever it is; all others come back as they were", () => {
  const request = (id: string) => `{"jsonrpc":"2.0","id": ${id},"method":"ping"}`;
  const changed = [
    ...["9007199254740993", "-9007199254740993", "1795369465123456789", "1795369465.123456789"],
    ...["1.0000000000000000001", "12345678901234567e3", "1e-999", "0.30000000000000000001"],
    // Removing the zeros of this one would take minutes.
    `1.${"0".repeat(500_000)}1`,
  ];
  for (const id of changed) {
    const message = parse(request(id));
    assert(message.kind === "invalid" && message.id === null, id);
    assertStringIncludes(message.refusal.message, "exactly");
    const batch = parse(`[${request("7")},${request(id)}]`);
    assert(batch.kind === "batch");
    assertEquals(batch.items.map(({ kind }) => kind), ["request", "invalid"]);
    assertEquals(parse(`{"jsonrpc":"2.0","id":${id},"result":{"code":0}}`).kind, "bad_response");
  }
  const kept = [
    "9007199254740991",
    "9007199254740992",
    "1795369465.123456",
    "1e21",
    "1.0",
    "100e-2",
    "0",
    "1e2",
  ];
  for (const id of kept) {
    const message = parse(request(id));
    assert(message.kind === "request", id);
    assertEquals(message.id, Number(id));
  }
  // A string is no number, and an id elsewhere is none of the message.
  const quoted = JSON.stringify('"id":9007199254740993');
  assertEquals(parse(`{"jsonrpc":"2.0","id":${quoted},"method":"ping"}`).kind, "request");
  assertEquals(
    parse('{"jsonrpc":"2.0","id":1,"method":"ping","params":{"id":9007199254740993}}').kind,
    "request",
  );
});

Deno.test("params that are null are absent", () => {
  const call = { method: "ping", params: undefined };
  assertEquals(parse('{"jsonrpc":"2.0","id":7,"method":"ping","params":null}'), {
    kind: "request",
    id: 7,
    ...call,
  });
  assertEquals(parse('{"jsonrpc":"2.0","method":"ping","params":null}'), { kind: "notification", ...call });
});

Deno.test("a message without an id is a notification; with the id null it is a request", () => {
  assertEquals(parse('{"jsonrpc":"2.0","method":"run"}').kind, "notification");
  assertEquals(parse('{"jsonrpc":"2.0","method":"run","id":null}').kind, "request");
});

Deno.test("an unreadable response is a response, with its id where that can be read", () => {
  const cases: [line: string, id: Id, why: string][] = [
    ['{"id":7,"result":{"code":0}}', 7, "jsonrpc"],
    ['{"jsonrpc":"1.0","id":7,"result":1}', 7, "jsonrpc"],
    ['{"jsonrpc":null,"id":7,"error":{"code":1,"message":""}}', 7, "jsonrpc"],
    ['{"jsonrpc":"2.0","id":7,"result":1,"error":{"code":1,"message":""}}', 7, "not both"],
    ['{"jsonrpc":"2.0","id":7,"result":1,"error":"no"}', 7, "not both"],
    ['{"jsonrpc":"2.0","id":7,"error":"boom"}', 7, "error"],
    ['{"jsonrpc":"2.0","id":7,"error":null}', 7, "error"],
    ['{"jsonrpc":"2.0","id":7,"error":{"code":1.5,"message":""}}', 7, "error"],
    ['{"jsonrpc":"2.0","id":7,"error":{"code":1}}', 7, "error"],
    ['{"jsonrpc":"2.0","id":7,"method":null,"error":"boom"}', 7, "error"],
    ['{"id":7,"result":null,"error":"boom"}', 7, "error"],
    ['{"jsonrpc":"2.0","id":{},"result":{"code":0}}', null, "id"],
    ['{"jsonrpc":"2.0","id":1e999,"result":{"code":0}}', null, "id"],
  ];
  for (const [line, id, why] of cases) {
    const message = parse(line);
    assert(message.kind === "bad_response", `${line} is taken as ${message.kind}`);
    assertEquals(message.id, id, line);
    assertStringIncludes(message.why, why);
  }
});

Deno.test("the result null is a result, and null beside a result or an error is no second one", () => {
  const result = (value: unknown): Parsed => ({ kind: "result", id: 7, result: value });
  assertEquals(parse('{"jsonrpc":"2.0","id":7,"result":null}'), result(null));
  assertEquals(parse('{"jsonrpc":"2.0","id":7,"result":{"code":0},"error":null}'), result({ code: 0 }));
  assertEquals(parse('{"id":7,"result":{"code":0},"error":null}'), result({ code: 0 }));
  assertEquals(parse('{"jsonrpc":"2.0","id":7,"method":null,"result":1,"error":null}'), result(1));
  const error = { code: 1, message: "no" };
  assertEquals(parse('{"jsonrpc":"2.0","id":7,"result":null,"error":{"code":1,"message":"no"}}'), {
    ...{ kind: "error", id: 7, error },
  });
});

Deno.test("a batch is read item by item, the broken ones among them", () => {
  const line = '[{"jsonrpc":"2.0","id":1,"method":"ping"},1,[],{"jsonrpc":"2.0","method":"run","params":[]}]';
  const parsed = parse(line);
  assert(parsed.kind === "batch");
  assertEquals(parsed.items.map((item) => item.kind), ["request", "invalid", "invalid", "notification"]);
});

Deno.test("a batch has at most so many items, and a longer one is one refusal that states the limit", () => {
  const item = '{"jsonrpc":"2.0","method":"ping"}';
  const batch = (size: number) => parse(`[${new Array(size).fill(item).join(",")}]`);
  const full = batch(MAX_BATCH);
  assert(full.kind === "batch");
  assertEquals(full.items.length, MAX_BATCH);
  const over = batch(MAX_BATCH + 1);
  assert(over.kind === "invalid");
  assertEquals(over.refusal.reason, "too_large");
  assertEquals(over.refusal.data, { limit: MAX_BATCH });
});

Deno.test("the key __proto__ is a key like any other and changes nothing else", () => {
  const line =
    '{"__proto__":{"jsonrpc":"2.0","method":"run","id":1},"constructor":{"prototype":{"method":"run"}}}';
  assertEquals(parse(line).kind, "invalid");
  const inParams = parse('{"jsonrpc":"2.0","method":"run","params":{"__proto__":{"command":"ping"}}}');
  assert(inParams.kind === "notification");
  assertEquals((inParams.params as Record<string, unknown>).command, undefined);
  assertEquals(({} as Record<string, unknown>).method, undefined);
});

Deno.test("100,000 brackets within each other do no harm", () => {
  const deep = "[".repeat(100_000) + "]".repeat(100_000);
  assertSound(parse(deep));
  assertSound(parse("[".repeat(100_000)));
  assertSound(parse('{"a":'.repeat(100_000)));
  assertEquals(parse(`{"jsonrpc":"2.0","id":1,"method":"ping","params":${deep}}`).kind, "request");
  assertEquals(parse(`{"jsonrpc":"2.0","id":${deep},"method":"ping"}`).kind, "invalid");
  assertEquals(parse(`{"jsonrpc":"2.0","id":1,"error":${deep}}`).kind, "bad_response");
});

Deno.test("what the parser says about a line is short and can be shown at a terminal", () => {
  const hostile = "\u001b[2J\u009b2J\u202e\u0007";
  for (const line of [hostile, `{"a":${hostile}`, `"${hostile}`, `x${hostile.repeat(100_000)}`]) {
    const parsed = parse(line);
    assert(parsed.kind === "invalid");
    assert(!acts(parsed.refusal.message), JSON.stringify(parsed.refusal.message));
    assert(parsed.refusal.message.length < 300, "the line is repeated in full");
  }
});

Deno.test("the codes are those of the specification and of the protocol document, each once", () => {
  assertEquals(ErrorCode.parse_error, -32700);
  assertEquals(ErrorCode.invalid_request, -32600);
  assertEquals(ErrorCode.method_not_found, -32601);
  assertEquals(ErrorCode.invalid_params, -32602);
  assertEquals(ErrorCode.internal_error, -32603);
  assertEquals(ErrorCode.not_allowed, -32003);
  const codes = Object.values(ErrorCode);
  assertEquals(new Set(codes).size, codes.length);
});

Deno.test("an error carries its word and its data, and the data cannot be taken for another word", () => {
  const line = encodeError("a", { reason: "too_large", message: "Too much", data: { limit: 5 } });
  assertMatch(line, /^\{"jsonrpc":"2\.0","id":"a","error":\{"code":-32008,/);
  assertEquals(JSON.parse(line).error.data, { reason: "too_large", limit: 5 });
});

Deno.test("the limit of an id is in bytes of UTF-8", () => {
  for (const [character, bytes] of [["x", 1], ["é", 2], ["\u{1f600}", 4], ["日", 3]] as const) {
    const isTaken = (id: string) =>
      parseLine(JSON.stringify({ jsonrpc: "2.0", id, method: "ping" }), MAX_BATCH, 24).kind === "request";
    const longest = character.repeat(24 / bytes);
    assertEquals([isTaken(longest), isTaken(`${longest}x`)], [true, false], character);
  }
});

function parse(line: string): Parsed {
  return parseLine(line, MAX_BATCH);
}

/** Everything a message promises by its type. */
function assertSound(parsed: Parsed): void {
  assert(KINDS.includes(parsed.kind));
  if (parsed.kind !== "batch") return assertSoundMessage(parsed);
  assert(parsed.items.length >= 1 && parsed.items.length <= MAX_BATCH);
  parsed.items.forEach(assertSoundMessage);
}

function assertSoundMessage(message: Message): void {
  if (message.kind !== "notification") {
    const { id } = message;
    assert(id === null || typeof id === "string" || Number.isFinite(id), `${id} is no id`);
  }
  switch (message.kind) {
    case "request":
    case "notification":
      assertEquals(typeof message.method, "string");
      assert(message.params === undefined || (typeof message.params === "object" && message.params !== null));
      return;
    case "result":
      return assert(message.result !== undefined);
    case "error":
      assert(Number.isInteger(message.error.code));
      return assertEquals(typeof message.error.message, "string");
    case "bad_response":
      return assert(message.why.length > 0);
    case "invalid":
      return assert(message.refusal.reason in ErrorCode);
  }
}
