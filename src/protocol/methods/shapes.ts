// Reads what a stranger sent against a shape: a few checks that cost nothing to load, because a server does not listen
// before they are there. What a client reads is richer and has schemas, in methods.ts; the messages are of one kind.

import { visible } from "../../log/mod.ts";

/** Of the sentence that says what is wrong. */
const MAX_MESSAGE_LENGTH = 300;

/** What is wrong with a value, and where in it. */
export class Fault {
  constructor(readonly message: string, readonly path: readonly (string | number)[] = []) {}

  /** The same fault, seen from one level further out. */
  under(key: string | number): Fault {
    return new Fault(this.message, [key, ...this.path]);
  }
}

/** The value as it is to be used, or what is wrong with it. */
export type Shape<T> = (value: unknown) => T | Fault;

/** A key that may be absent; `otherwise` takes its place then. */
export interface MayBeAbsent<T, Otherwise = undefined> {
  readonly shape: Shape<T>;
  readonly otherwise: Otherwise;
}

type Field<T, K extends keyof T> = Record<never, never> extends Pick<T, K>
  ? MayBeAbsent<Exclude<T[K], undefined>>
  : Shape<T[K]> | MayBeAbsent<T[K], T[K]>;
type Fields<T> = { readonly [K in keyof T]-?: Field<T, K> };

export type ReadResult<T> = { readonly ok: true; readonly value: T } | {
  readonly ok: false;
  readonly message: string;
};

/** Reads params or a result, absent ones as {}; the message names the first thing that is wrong with them. */
export function readShape<T>(shape: Shape<T>, value: unknown): ReadResult<T> {
  const read = shape(value ?? {});
  if (!(read instanceof Fault)) return { ok: true, value: read };
  const { path, message } = read;
  const whole = path.length === 0 ? message : `${path.join(".")}: ${message}`;
  return { ok: false, message: visible(whole, MAX_MESSAGE_LENGTH) };
}

export const text: Shape<string> = (value) => typeof value === "string" ? value : mistaken("string", value);

export const truth: Shape<boolean> = (value) =>
  typeof value === "boolean" ? value : mistaken("boolean", value);

/** A whole number that survives JSON, of at least `min`. */
export function whole(min = -Infinity): Shape<number> {
  return (value) => {
    if (typeof value !== "number") return mistaken("number", value);
    if (!Number.isSafeInteger(value)) return new Fault(`Invalid safe integer: Received ${value}`);
    return value >= min ? value : new Fault(`Invalid value: Expected >=${min} but received ${value}`);
  };
}

export function list<T>(item: Shape<T>): Shape<T[]> {
  return (value) => {
    if (!Array.isArray(value)) return mistaken("Array", value);
    const items: T[] = [];
    for (const [index, one] of value.entries()) {
      const read = item(one);
      if (read instanceof Fault) return read.under(index);
      items.push(read);
    }
    return items;
  };
}

export function optional<T>(shape: Shape<T>): MayBeAbsent<T> {
  return { shape, otherwise: undefined };
}

export function withDefault<T>(shape: Shape<T>, otherwise: T): MayBeAbsent<T, T> {
  return { shape, otherwise };
}

/** An object with these keys; `isStrict`: and no others. */
export function record<T extends object>(fields: Fields<T>, isStrict: boolean): Shape<T> {
  const entries = Object.entries<Shape<unknown> | MayBeAbsent<unknown, unknown>>(fields);
  return (value) => {
    if (typeof value !== "object" || value === null) return mistaken("Object", value);
    const given = value as Record<string, unknown>;
    const read: Record<string, unknown> = {};
    for (const [key, field] of entries) {
      const shape = typeof field === "function" ? field : field.shape;
      if (Object.hasOwn(given, key)) {
        const one = shape(given[key]);
        if (one instanceof Fault) return one.under(key);
        read[key] = one;
      } else if (typeof field === "function") {
        return new Fault(`Invalid key: Expected "${key}" but received undefined`, [key]);
      } else if (field.otherwise !== undefined) read[key] = field.otherwise;
    }
    const surplus = isStrict ? Object.keys(given).find((key) => !Object.hasOwn(fields, key)) : undefined;
    if (surplus === undefined) return read as T;
    return new Fault(`Invalid key: Expected never but received "${surplus}"`, [surplus]);
  };
}

/** Whichever of the shapes fits first. */
export function oneOf<T>(shapes: readonly Shape<T>[], message: string): Shape<T> {
  return (value) => {
    for (const shape of shapes) {
      const read = shape(value);
      if (!(read instanceof Fault)) return read;
    }
    return new Fault(message);
  };
}

/** That `value` is of another type than `wanted`. */
export function mistaken(wanted: string, value: unknown): Fault {
  return new Fault(`Invalid type: Expected ${wanted} but received ${shown(value)}`);
}

function shown(value: unknown): string {
  if (typeof value === "string") return `"${value}"`;
  if (Array.isArray(value)) return "Array";
  return typeof value === "object" && value !== null ? "Object" : String(value);
}
