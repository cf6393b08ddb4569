// The shapes against a schema library: they accept and reject the same values, with the same sentence, and give the same.

import { assert, assertEquals, assertMatch } from "@std/assert";
import * as v from "valibot";
import { ClientStatus } from "../../../src/client/requests/client_status.ts";
import { visible } from "../../../src/words/visible_text.ts";
import { METHODS, NOTIFICATIONS, SERVER_REQUESTS } from "../../../src/protocol/methods/methods.ts";
import type { OutputOf, Shape } from "../../../src/protocol/methods/shapes.ts";
import {
  choice,
  literal,
  number,
  object,
  optional,
  type ReadResult,
  readShape,
  ShapeError,
  string,
} from "../../../src/protocol/methods/shapes.ts";
import { acts } from "../../support/acting_text.ts";
import { holds } from "../../support/seed.ts";
import { nearly } from "./nearly.ts";
import {
  CLIENT_STATUS_SCHEMA,
  DRY_RUN_SCHEMA,
  EXECUTE_RESULT_SCHEMA,
  METHOD_SCHEMAS,
  NOTIFICATION_SCHEMAS,
} from "./schemas.ts";
import fc from "fast-check";

/** A type without what does not matter here: every key is there, and none is for reading only. */
type Plain<T> = T extends readonly (infer Item)[] ? Plain<Item>[]
  : T extends object ? { -readonly [K in keyof T]-?: Plain<Exclude<T[K], undefined>> }
  : T;
type Same<A, B> = [A] extends [B] ? [B] extends [A] ? true : false : false;

/** The compiler sees to it that shape and schema have the same keys of the same types, at every depth. */
type Agreement<S, V extends v.GenericSchema> = Same<Plain<OutputOf<S>>, Plain<v.InferOutput<V>>>;

const KEYS = [...new Set([METHOD_SCHEMAS, NOTIFICATION_SCHEMAS].flatMap(keysOf))];

function agrees<S extends Shape<unknown>, V extends v.GenericSchema>(
  name: string,
  shape: S,
  schema: V,
  // Without this argument the call does not compile where the types differ.
  _same: Agreement<S, V>,
): void {
  Deno.test(`the shape of ${name} agrees with a schema library, message by message`, () => {
    let accepted = 0;
    let refused = 0;
    holds(
      fc.property(nearly(schema, KEYS), (value) => {
        const read = readShape(shape, value);
        assertEquals(read, secondOpinion(schema, value));
        if (read.ok) accepted++;
        else {
          refused++;
          assert(!acts(read.message), read.message);
        }
      }),
      { numRuns: 2_000 },
    );
    assert(accepted > 100, `only ${accepted} were accepted`);
    assert(refused > 20, `only ${refused} were refused`);
  });
}

agrees("hello", METHODS.hello.params, METHOD_SCHEMAS.hello.params, true);
agrees("run", METHODS.run.params, METHOD_SCHEMAS.run.params, true);
agrees("cancel", METHODS.cancel.params, METHOD_SCHEMAS.cancel.params, true);
agrees("watch", METHODS.watch.params, METHOD_SCHEMAS.watch.params, true);
agrees("leave", METHODS.leave.params, METHOD_SCHEMAS.leave.params, true);
agrees("evict", METHODS.evict.params, METHOD_SCHEMAS.evict.params, true);
agrees("raise", METHODS.raise.params, METHOD_SCHEMAS.raise.params, true);
agrees("roster", METHODS.roster.params, METHOD_SCHEMAS.roster.params, true);
agrees("commands", METHODS.commands.params, METHOD_SCHEMAS.commands.params, true);
agrees("yield", METHODS.yield.params, METHOD_SCHEMAS.yield.params, true);
agrees("status", METHODS.status.params, METHOD_SCHEMAS.status.params, true);
agrees("ping", METHODS.ping.params, METHOD_SCHEMAS.ping.params, true);

agrees("the result of hello", METHODS.hello.result, METHOD_SCHEMAS.hello.result, true);
agrees("the result of run", METHODS.run.result, METHOD_SCHEMAS.run.result, true);
agrees("the result of a dry run", METHODS.run.dryRun.result, DRY_RUN_SCHEMA, true);
agrees("the result of cancel", METHODS.cancel.result, METHOD_SCHEMAS.cancel.result, true);
agrees("the result of roster", METHODS.roster.result, METHOD_SCHEMAS.roster.result, true);
agrees("the result of commands", METHODS.commands.result, METHOD_SCHEMAS.commands.result, true);
agrees("the result of watch", METHODS.watch.result, METHOD_SCHEMAS.watch.result, true);
agrees("the result of yield", METHODS.yield.result, METHOD_SCHEMAS.yield.result, true);
agrees("the result of leave", METHODS.leave.result, METHOD_SCHEMAS.leave.result, true);
agrees("the result of status", METHODS.status.result, METHOD_SCHEMAS.status.result, true);
agrees("the result of evict", METHODS.evict.result, METHOD_SCHEMAS.evict.result, true);
agrees("the result of raise", METHODS.raise.result, METHOD_SCHEMAS.raise.result, true);
agrees("the result of ping", METHODS.ping.result, METHOD_SCHEMAS.ping.result, true);

agrees("welcome", NOTIFICATIONS.welcome, NOTIFICATION_SCHEMAS.welcome, true);
agrees("promoted", NOTIFICATIONS.promoted, NOTIFICATION_SCHEMAS.promoted, true);
agrees("execute", NOTIFICATIONS.execute, NOTIFICATION_SCHEMAS.execute, true);
agrees("cancel, to an executor", NOTIFICATIONS.cancel, NOTIFICATION_SCHEMAS.cancel, true);
agrees("result", NOTIFICATIONS.result, NOTIFICATION_SCHEMAS.result, true);
agrees("waiting", NOTIFICATIONS.waiting, NOTIFICATION_SCHEMAS.waiting, true);
agrees("roster_changed", NOTIFICATIONS.roster_changed, NOTIFICATION_SCHEMAS.roster_changed, true);
agrees("commands_changed", NOTIFICATIONS.commands_changed, NOTIFICATION_SCHEMAS.commands_changed, true);
agrees("yield_requested", NOTIFICATIONS.yield_requested, NOTIFICATION_SCHEMAS.yield_requested, true);
agrees("refused", NOTIFICATIONS.refused, NOTIFICATION_SCHEMAS.refused, true);
agrees("closing", NOTIFICATIONS.closing, NOTIFICATION_SCHEMAS.closing, true);

agrees("an executor's answer", SERVER_REQUESTS.execute.result, EXECUTE_RESULT_SCHEMA, true);
agrees("a client's status", ClientStatus, CLIENT_STATUS_SCHEMA, true);

/** Every key of every object in `schemas`. */
function keysOf(schemas: unknown): string[] {
  if (typeof schemas !== "object" || schemas === null) return [];
  const { entries } = schemas as { entries?: Record<string, unknown> };
  const inside = Object.values(schemas).flatMap((part) =>
    Array.isArray(part) ? part.flatMap(keysOf) : keysOf(part)
  );
  return entries === undefined ? inside : [...Object.keys(entries), ...inside];
}

function secondOpinion(schema: v.GenericSchema, value: unknown): ReadResult<unknown> {
  // The library takes an array for an object without its keys.
  if (schema.type === "strict_object" && Array.isArray(value)) {
    return { ok: false, message: "The value must be an object, got an array" };
  }
  const parsed = v.safeParse(schema, value ?? {}, { abortEarly: true });
  if (parsed.success) return { ok: true, value: parsed.output };
  const where = v.getDotPath(parsed.issues[0]);
  const subject = where === null ? "The value" : `"${where}"`;
  return { ok: false, message: visible(`${subject} ${inOurWords(parsed.issues[0])}`, 300) };
}

/** What the library found, as this protocol says it. */
function inOurWords({ message, type, expected, received }: v.BaseIssue<unknown>): string {
  if (!message.startsWith("Invalid")) return message;
  if (message.startsWith("Invalid key")) return expected === "never" ? "is not allowed here" : "is missing";
  const got = received.replace(/^(?=Array$|Object$)/, "an ").replace(/^an [AO]/, (a) => a.toLowerCase());
  if (type === "min_value") return `must be ${expected!.replace(">=", "at least ")}, got ${got}`;
  return `must be ${WANTED[type]?.(expected!) ?? expected}, got ${got}`;
}

const WANTED: Readonly<Record<string, (expected: string) => string>> = {
  string: () => "a string",
  boolean: () => "a boolean",
  number: () => "a number",
  safe_integer: () => "an integer",
  array: () => "an array",
  object: () => "an object",
  strict_object: () => "an object",
  record: () => "an object",
  picklist: (expected) => `one of ${expected.slice(1, -1).replaceAll(" | ", ", ")}`,
  union: (expected) => {
    assertEquals(expected, "(string | number | null)");
    return "a string, a number or null";
  },
};

Deno.test("every row of the table has its schema here", () => {
  assertEquals(Object.keys(METHOD_SCHEMAS).sort(), Object.keys(METHODS).sort());
  assertEquals(Object.keys(NOTIFICATION_SCHEMAS).sort(), Object.keys(NOTIFICATIONS).sort());
});

Deno.test("a shape leaves out keys that it does not know, and keeps none of a prototype", () => {
  const shape = object<{ a: string; b?: number | undefined }>({ a: string, b: optional(number) });
  assertEquals(readShape(shape, { a: "x", c: 1 }), { ok: true, value: { a: "x" } });
  assert(!readShape(shape, Object.create({ a: "x" })).ok);
  assert(!readShape(shape, JSON.parse('{"__proto__":{"a":"x"}}')).ok);
});

Deno.test("a wrong value is named with its place, and shown in part", () => {
  const shape = object<{ a: { b: "x" | "y" } }>({ a: object({ b: choice(["x", "y"]) }) });
  const read = readShape(shape, { a: { b: "\u001b[2J" + "z".repeat(100_000) } });
  assert(!read.ok);
  assertMatch(read.message, /^"a\.b" must be one of "x", "y", got "/);
  assert(read.message.length < 400 && !acts(read.message));
  assert(literal(true)(1) instanceof ShapeError);
});
