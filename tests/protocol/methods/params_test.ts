// The params of the methods: what is refused and why, and the reading of `run` by hand.

import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { METHODS, readShape, SERVER_REQUESTS } from "../../../src/protocol/methods/mod.ts";
import { anyRunParamsShape } from "../../../src/protocol/methods/params.ts";
import { acts } from "../../support/acting_text.ts";
import { holds } from "../../support/seed.ts";

const readRunParams = (params: unknown) => readShape(METHODS.run.params, params);

const anything = fc.jsonValue({ maxDepth: 2 }).map((value): unknown => JSON.parse(JSON.stringify(value)));

/** Params of `run`, right and nearly right, as they come out of a JSON text. */
const runParams = fc.record({
  command: fc.oneof(fc.string(), anything),
  args: fc.oneof(fc.array(fc.string()), fc.array(anything), anything),
  to: fc.oneof(fc.array(fc.oneof(fc.nat(), fc.integer(), fc.double())), anything),
  to_tickets: fc.oneof(fc.array(fc.oneof(fc.nat(), fc.double())), anything),
  to_names: fc.oneof(fc.array(fc.string()), anything),
  from_rank: fc.oneof(fc.nat(), anything),
  timeout_ms: fc.oneof(fc.integer(), fc.double(), anything),
  results: fc.oneof(fc.constantFrom("all", "not_ok", "none"), anything),
  dry_run: fc.oneof(fc.boolean(), anything),
  surplus: anything,
}, { requiredKeys: [] }).map((value): unknown => JSON.parse(JSON.stringify(value)));

Deno.test("the quick reader of run's params agrees with their shape on any input", () => {
  holds(
    fc.property(fc.oneof({ weight: 5, arbitrary: runParams }, anything), (params) => {
      assertEquals(readRunParams(params), readShape(anyRunParamsShape, params));
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("the quick reader of run's params takes what the shape takes, key by key", () => {
  const keys: [key: string, values: unknown[]][] = [
    ["command", ["", "ping", "__proto__", 1, null]],
    ["args", [[], ["a", ""], ["a", 1], "a", null, {}]],
    ["to", [[], [0], [1, 1], [-1], [0.5], [1e300], ["1"], 1, null]],
    ["to_tickets", [[], [1], [0.5], ["1"], 1, null]],
    ["to_names", [[], [""], ["a", "a"], [1], "a", null]],
    ["from_rank", [0, 3, -1, 0.5, "1", null]],
    ["timeout_ms", [1, 0, -1, 1.5, 1e300, "1", null]],
    ["results", ["all", "not_ok", "none", "ok", "", true, null]],
    ["dry_run", [true, false, 0, "true", null]],
  ];
  for (const [key, values] of keys) {
    for (const value of values) {
      const params = { command: "ping", [key]: value };
      assertEquals(readRunParams(params), readShape(anyRunParamsShape, params), JSON.stringify(params));
    }
  }
});

Deno.test("a run's args, results and dry_run have defaults", () => {
  const value = { command: "ping", args: [], results: "all" as const, dry_run: false };
  assertEquals(readRunParams({ command: "ping" }), { ok: true, value });
  assertEquals(readRunParams({ command: "ping", args: [], results: "all", dry_run: false }), {
    ok: true,
    value,
  });
});

Deno.test("an unknown key is refused: a misspelt dry_run must not be a run", () => {
  for (const params of [{ dryrun: true }, { args: [], dry_Run: true }, { too: [2] }, { to: [2], "": 1 }]) {
    const read = readRunParams({ command: "ping", ...params });
    assert(!read.ok, JSON.stringify(params));
    assertMatch(read.message, /^"\w*" is not allowed here$/);
  }
  assert(!readShape(METHODS.hello.params, { nmae: "web" }).ok);
  assert(!readShape(METHODS.watch.params, { on: true, of: false }).ok);
  assert(!readShape(METHODS.cancel.params, { run: 1, runs: 2 }).ok);
});

Deno.test("an empty list of ranks is refused: it is neither nobody nor everybody", () => {
  const read = readRunParams({ command: "ping", to: [] });
  assert(!read.ok);
  assertMatch(read.message, /^"to" must not be empty; omit it/);
});

Deno.test("params by position, none at all, and a command inherited from __proto__ are refused", () => {
  for (const params of [["ping"], undefined, {}, JSON.parse('{"__proto__":{"command":"ping"}}')]) {
    assert(!readRunParams(params).ok, JSON.stringify(params));
  }
});

Deno.test("the refusal of a shape names where it is wrong and never repeats a stranger's text as it is", () => {
  const read = readRunParams({ command: "ping", to: [1, "\u001b[2J" + "x".repeat(100_000)] });
  assert(!read.ok);
  assertMatch(read.message, /^"to\.1" must be /);
  assert(!acts(read.message), "a control character passed");
  assert(read.message.length < 400, "the whole input is repeated");
});

Deno.test("an executor's answer needs an integer code", () => {
  for (const code of [0, 1, -1, 255, 2 ** 31]) assert(readShape(SERVER_REQUESTS.execute.result, { code }).ok);
  for (const code of [0.5, "0", null, undefined, 1e300]) {
    assert(!readShape(SERVER_REQUESTS.execute.result, { code }).ok);
  }
});
