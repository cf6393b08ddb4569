// Reads a JSON value from the other side against a shape: the server its clients' params, the client what the server
// sends. Plain functions, because a program starts no sooner than its validator is loaded.

import { visible } from "../../words/mod.ts";

/** Of the message that says what is wrong with a value. */
const MAX_MESSAGE_LENGTH = 300;

/** What is wrong with a value ("must be a string, got 1"), and where in it. A value, not an exception. */
export class ShapeError {
  constructor(readonly message: string, readonly path: readonly (string | number)[] = []) {}

  /** The same error, seen from one level further out. */
  under(key: string | number): ShapeError {
    return new ShapeError(this.message, [key, ...this.path]);
  }
}

/** JSON Schema, draft-07. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface Shape<T> {
  /** The value as it is to be used, or what is wrong with it. */
  (value: unknown): T | ShapeError;
  /** The same as a schema, for docs/protocol/asyncapi.json: the programs do not need it, so it is made when it is asked for. */
  readonly schema: () => JsonSchema;
}

export function shape<T>(schema: () => JsonSchema, read: (value: unknown) => T | ShapeError): Shape<T> {
  return Object.assign(read, { schema });
}

/** What a shape gives. */
export type OutputOf<S> = S extends Shape<infer T> ? T : never;

/** A key that may be absent; `fallback` takes its place then. */
export interface OptionalShape<T, Fallback = undefined> {
  readonly shape: Shape<T>;
  readonly fallback: Fallback;
}

type Field<T, K extends keyof T> = Record<never, never> extends Pick<T, K>
  ? OptionalShape<Exclude<T[K], undefined>>
  : Shape<T[K]> | OptionalShape<T[K], T[K]>;

/** The shape of each key of `T`: one that `T` may lack is optional. */
export type Fields<T> = { readonly [K in keyof T]-?: Field<T, K> };

export type ReadResult<T> = { readonly ok: true; readonly value: T } | {
  readonly ok: false;
  readonly message: string;
};

/** Reads params or a result, absent ones as {}; the message names the first thing that is wrong with them. */
export function readShape<T>(shape: Shape<T>, value: unknown): ReadResult<T> {
  const read = shape(value ?? {});
  if (!(read instanceof ShapeError)) return { ok: true, value: read };
  const { path, message } = read;
  const sentence = path.length === 0 ? `The value ${message}` : `"${path.join(".")}" ${message}`;
  // The sentence repeats what was received.
  return { ok: false, message: visible(sentence, MAX_MESSAGE_LENGTH) };
}

/** Takes anything and gives nothing: for params that a method does not look at. */
export const ignored: Shape<undefined> = shape(() => ({}), () => undefined);

export const string: Shape<string> = shape(
  () => ({ type: "string" }),
  (value) => typeof value === "string" ? value : typeError("a string", value),
);

export const boolean: Shape<boolean> = shape(
  () => ({ type: "boolean" }),
  (value) => typeof value === "boolean" ? value : typeError("a boolean", value),
);

export const number: Shape<number> = shape(
  () => ({ type: "number" }),
  (value) => typeof value === "number" ? value : typeError("a number", value),
);

/** An integer that survives JSON, of at least `min`. */
export function integer(min = -Infinity): Shape<number> {
  const schema = () => min === -Infinity ? { type: "integer" } : { type: "integer", minimum: min };
  return shape(schema, (value) => {
    if (typeof value !== "number") return typeError("a number", value);
    if (!Number.isSafeInteger(value)) return typeError("an integer", value);
    return value >= min ? value : new ShapeError(`must be at least ${min}, got ${value}`);
  });
}

/** Just this value. */
export function literal<const T extends boolean | string>(wanted: T): Shape<T> {
  return shape(
    () => ({ const: wanted }),
    (value) => value === wanted ? wanted : typeError(shown(wanted), value),
  );
}

/** One of these words. */
export function choice<const T extends string>(words: readonly T[]): Shape<T> {
  const wanted = `one of ${words.map(shown).join(", ")}`;
  return shape(
    () => ({ enum: words }),
    (value) => words.includes(value as T) ? value as T : typeError(wanted, value),
  );
}

export function array<T>(item: Shape<T>): Shape<T[]> {
  return shape(() => ({ type: "array", items: item.schema() }), (value) => {
    if (!Array.isArray(value)) return typeError("an array", value);
    // A copy to be overwritten, as an array that grows costs several times as much, and may be very long.
    const items = value.slice();
    for (let index = 0; index < items.length; index++) {
      const read = item(items[index]);
      if (read instanceof ShapeError) return read.under(index);
      items[index] = read;
    }
    return items;
  });
}

export function optional<T>(shape: Shape<T>): OptionalShape<T> {
  return { shape, fallback: undefined };
}

export function withDefault<T>(shape: Shape<T>, fallback: T): OptionalShape<T, T> {
  return { shape, fallback };
}

/** An object with these keys; others are left out of what is read. */
export function object<T extends object>(fields: Fields<T>): Shape<T> {
  const entries = Object.entries<Shape<unknown> | OptionalShape<unknown, unknown>>(fields);
  return shape(() => objectSchema(entries), (value) => {
    if (typeof value !== "object" || value === null) return typeError("an object", value);
    const given = value as Record<string, unknown>;
    const read: Record<string, unknown> = {};
    for (const [key, field] of entries) {
      const shape = typeof field === "function" ? field : field.shape;
      const isGiven = Object.hasOwn(given, key);
      // As JSON has it: a key without a value is absent.
      if (isGiven && (given[key] !== undefined || typeof field === "function")) {
        const one = shape(given[key]);
        if (one instanceof ShapeError) return one.under(key);
        read[key] = one;
      } else if (typeof field === "function") {
        return new ShapeError("is missing", [key]);
      } else if (field.fallback !== undefined) read[key] = field.fallback;
    }
    return read as T;
  });
}

function objectSchema(
  entries: readonly [key: string, field: Shape<unknown> | OptionalShape<unknown, unknown>][],
): JsonSchema {
  const required = entries.filter(([, field]) => typeof field === "function").map(([key]) => key);
  const properties = entries.map(([key, field]) => {
    if (typeof field === "function") return [key, field.schema()];
    const { shape, fallback } = field;
    return [key, fallback === undefined ? shape.schema() : { ...shape.schema(), default: fallback }];
  });
  return { type: "object", properties: Object.fromEntries(properties), required };
}

/** An object with these keys and no others; an array is none, not even an empty one. */
export function strictObject<T extends object>(fields: Fields<T>): Shape<T> {
  const lenient = object<T>(fields);
  return shape(() => ({ ...lenient.schema(), additionalProperties: false }), (value) => {
    const read = Array.isArray(value) ? typeError("an object", value) : lenient(value);
    if (read instanceof ShapeError) return read;
    const surplus = Object.keys(value as object).find((key) => !Object.hasOwn(fields, key));
    if (surplus === undefined) return read;
    return new ShapeError("is not allowed here", [surplus]);
  });
}

/** Keys that other code may take for something else than data. */
const SPECIAL_KEYS: ReadonlySet<string> = new Set(["__proto__", "prototype", "constructor"]);

/** An object with any keys and values, but for the special ones. */
export const dictionary: Shape<Record<string, unknown>> = shape(() => ({ type: "object" }), (value) => {
  if (typeof value !== "object" || value === null) return typeError("an object", value);
  return Object.fromEntries(Object.entries(value).filter(([key]) => !SPECIAL_KEYS.has(key)));
});

/** The first of the shapes that fits. */
export function oneOf<T>(shapes: readonly Shape<T>[], message: string): Shape<T> {
  return shape(() => ({ anyOf: shapes.map(({ schema }) => schema()) }), (value) => {
    for (const shape of shapes) {
      const read = shape(value);
      if (!(read instanceof ShapeError)) return read;
    }
    return new ShapeError(message);
  });
}

/** That `value` is of another type than `wanted`. */
export function typeError(wanted: string, value: unknown): ShapeError {
  return new ShapeError(`must be ${wanted}, got ${shown(value)}`);
}

function shown(value: unknown): string {
  if (typeof value === "string") return `"${value}"`;
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
