import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import * as v from "valibot";
import { visible } from "../../../src/log/visible_text.ts";
import {
  CancelParams,
  EvictParams,
  ExecuteResult,
  HelloParams,
  LeaveParams,
  readRunParams,
  readShape,
  RunParams,
  WatchParams,
} from "../../../src/protocol/methods/params.ts";
import type { ReadResult, Shape } from "../../../src/protocol/methods/shapes.ts";
import { acts } from "../../support/acting_text.ts";
import { holds } from "../../support/seed.ts";

const anything = fc.jsonValue({ maxDepth: 2 }).map((value): unknown => JSON.parse(JSON.stringify(value)));

// A second opinion: the same params in a schema library, which is too slow to load for the server itself.
const whole = v.pipe(v.number(), v.safeInteger());
const rank = v.pipe(whole, v.minValue(0));
const positive = v.pipe(whole, v.minValue(1));
const someRanks = v.pipe(
  v.array(rank),
  v.minLength(1, "names nobody; without it, everybody below is meant"),
);
/** Every key that the params may have, which the compiler sees to: also one that the schema has not. */
type Keys<Params> = { readonly [Key in Params extends unknown ? keyof Params : never]: true };

function agrees<Params>(
  name: string,
  shape: Shape<Params>,
  known: Keys<Params>,
  schema: v.GenericSchema,
): void {
  Deno.test(`the shape of ${name} agrees with a schema library, message by message`, () => {
    const value = fc.oneof(anything, fc.string(), fc.integer(), fc.boolean(), fc.array(fc.integer()));
    const given = fc.dictionary(
      fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...Object.keys(known)) }, fc.string()),
      value,
    );
    holds(
      fc.property(fc.oneof({ weight: 9, arbitrary: given }, anything), (params) => {
        const json: unknown = JSON.parse(JSON.stringify(params));
        assertEquals(readShape(shape, json), secondOpinion(schema, json));
      }),
      { numRuns: 2_000 },
    );
  });
}

agrees(
  "hello",
  HelloParams,
  { name: true, token: true, resume: true, lease_ms: true },
  v.strictObject({
    name: v.optional(v.string()),
    token: v.optional(v.string()),
    resume: v.optional(v.string()),
    lease_ms: v.optional(positive),
  }),
);
agrees("leave", LeaveParams, { resume: true }, v.strictObject({ resume: v.optional(v.string()) }));
agrees(
  "run",
  RunParams,
  { command: true, args: true, to: true, timeout_ms: true, dry_run: true },
  v.strictObject({
    command: v.string(),
    args: v.optional(v.array(v.string()), []),
    to: v.optional(someRanks),
    timeout_ms: v.optional(positive),
    dry_run: v.optional(v.boolean(), false),
  }),
);
agrees(
  "cancel",
  CancelParams,
  { run: true },
  v.strictObject({ run: v.union([v.string(), v.number(), v.null()]) }),
);
agrees("watch", WatchParams, { on: true }, v.strictObject({ on: v.boolean() }));
agrees(
  "evict",
  EvictParams,
  { rank: true, ticket: true, name: true },
  v.union([
    v.strictObject({ rank }),
    v.strictObject({ ticket: whole }),
    v.strictObject({ name: v.string() }),
  ], "name whom by just one of rank, ticket and name"),
);
agrees(
  "an executor's answer",
  ExecuteResult,
  { code: true, signal: true, stdout: true, stderr: true },
  v.object({
    code: whole,
    signal: v.optional(v.string()),
    stdout: v.optional(v.string()),
    stderr: v.optional(v.string()),
  }),
);

function secondOpinion(schema: v.GenericSchema, value: unknown): ReadResult<unknown> {
  const parsed = v.safeParse(schema, value ?? {}, { abortEarly: true });
  if (parsed.success) return { ok: true, value: parsed.output };
  const where = v.getDotPath(parsed.issues[0]);
  const { message } = parsed.issues[0];
  return { ok: false, message: visible(where === null ? message : `${where}: ${message}`, 300) };
}

/** Params of `run`, right and nearly right, as they come out of a JSON text. */
const runParams = fc.record({
  command: fc.oneof(fc.string(), anything),
  args: fc.oneof(fc.array(fc.string()), fc.array(anything), anything),
  to: fc.oneof(fc.array(fc.oneof(fc.nat(), fc.integer(), fc.double())), anything),
  timeout_ms: fc.oneof(fc.integer(), fc.double(), anything),
  dry_run: fc.oneof(fc.boolean(), anything),
  surplus: anything,
}, { requiredKeys: [] }).map((value): unknown => JSON.parse(JSON.stringify(value)));

Deno.test("the quick reader of run's params agrees with their shape on any input", () => {
  holds(
    fc.property(fc.oneof({ weight: 5, arbitrary: runParams }, anything), (params) => {
      assertEquals(readRunParams(params), readShape(RunParams, params));
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("the quick reader of run's params takes what the shape takes, key by key", () => {
  const keys: [key: string, values: unknown[]][] = [
    ["command", ["", "ping", "__proto__", 1, null]],
    ["args", [[], ["a", ""], ["a", 1], "a", null, {}]],
    ["to", [[], [0], [1, 1], [-1], [0.5], [1e300], ["1"], 1, null]],
    ["timeout_ms", [1, 0, -1, 1.5, 1e300, "1", null]],
    ["dry_run", [true, false, 0, "true", null]],
  ];
  for (const [key, values] of keys) {
    for (const value of values) {
      const params = { command: "ping", [key]: value };
      assertEquals(readRunParams(params), readShape(RunParams, params), JSON.stringify(params));
    }
  }
});

Deno.test("a run's args and dry_run have defaults", () => {
  const value = { command: "ping", args: [], dry_run: false };
  assertEquals(readRunParams({ command: "ping" }), { ok: true, value });
  assertEquals(readRunParams({ command: "ping", args: [], dry_run: false }), { ok: true, value });
});

Deno.test("an unknown key is refused: a misspelt dry_run must not be a run", () => {
  for (const params of [{ dryrun: true }, { args: [], dry_Run: true }, { too: [2] }, { to: [2], "": 1 }]) {
    const read = readRunParams({ command: "ping", ...params });
    assert(!read.ok, JSON.stringify(params));
    assertMatch(read.message, /Invalid key/);
  }
  assert(!readShape(HelloParams, { nmae: "web" }).ok);
  assert(!readShape(WatchParams, { on: true, of: false }).ok);
  assert(!readShape(CancelParams, { run: 1, runs: 2 }).ok);
});

Deno.test("an empty list of ranks is refused: it is neither nobody nor everybody", () => {
  const read = readRunParams({ command: "ping", to: [] });
  assert(!read.ok);
  assertMatch(read.message, /^to: .*names nobody/);
});

Deno.test("params by position, none at all, and a command inherited from __proto__ are refused", () => {
  for (const params of [["ping"], undefined, {}, JSON.parse('{"__proto__":{"command":"ping"}}')]) {
    assert(!readRunParams(params).ok, JSON.stringify(params));
  }
});

Deno.test("the refusal of a shape names where it is wrong and never repeats a stranger's text as it is", () => {
  const read = readRunParams({ command: "ping", to: [1, "\u001b[2J" + "x".repeat(100_000)] });
  assert(!read.ok);
  assertMatch(read.message, /^to\.1: /);
  assert(!acts(read.message), "a control character passed");
  assert(read.message.length < 400, "the whole input is repeated");
});

Deno.test("an executor's answer needs an integer code", () => {
  for (const code of [0, 1, -1, 255, 2 ** 31]) assert(readShape(ExecuteResult, { code }).ok);
  for (const code of [0.5, "0", null, undefined, 1e300]) assert(!readShape(ExecuteResult, { code }).ok);
});
