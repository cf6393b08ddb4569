// JSON values that fit a schema, or nearly do: drawn from the schema itself, with something wrong here and there.

import fc from "fast-check";
import type * as v from "valibot";

const anything = fc.jsonValue({ maxDepth: 2 });

/** What is read by hand of a schema: the library's own types hide it. */
interface Node {
  readonly type: string;
  readonly entries?: Readonly<Record<string, Node>>;
  readonly item?: Node;
  readonly wrapped?: Node;
  readonly options?: readonly (Node | string)[];
  readonly literal?: unknown;
}

/** @param keys of objects, beside those that the schema knows. */
export function nearly(schema: v.GenericSchema, keys: readonly string[]): fc.Arbitrary<unknown> {
  const value = toArbitrary(schema as unknown as Node, keys);
  // As it comes out of a JSON text.
  return fc.oneof({ weight: 5, arbitrary: value }, anything).map((value) =>
    JSON.parse(JSON.stringify(value))
  );
}

function toArbitrary(node: Node, keys: readonly string[]): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 80, arbitrary: fitting(node, keys) }, { weight: 1, arbitrary: anything });
}

function fitting(node: Node, keys: readonly string[]): fc.Arbitrary<unknown> {
  switch (node.type) {
    case "string":
      return fc.string({ maxLength: 5 });
    case "number":
      return fc.oneof(
        { weight: 60, arbitrary: fc.nat() },
        ...[fc.integer(), fc.double({ noNaN: true }), fc.constantFrom(0, -1, 2 ** 53, 0.5)],
      );
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "literal":
      return fc.constant(node.literal);
    case "picklist":
      return fc.constantFrom(...node.options as readonly string[]);
    case "optional":
      return toArbitrary(node.wrapped!, keys);
    case "array":
      return fc.array(toArbitrary(node.item!, keys), { maxLength: 3 });
    case "union":
    case "lazy":
      return fc.oneof(...(node.options as readonly Node[]).map((option) => fitting(option, keys)));
    case "record":
      return fc.dictionary(fc.oneof(fc.string(), fc.constantFrom(...SPECIAL_KEYS)), anything);
    case "object":
    case "strict_object":
      return objects(node.entries!, keys);
    case "unknown":
      return anything;
    default:
      throw new Error(`Cannot draw values of a schema ${node.type}`);
  }
}

const SPECIAL_KEYS = ["__proto__", "constructor", "prototype", "toString"];

/** Sometimes without a key that is required, sometimes with one too many. */
function objects(entries: Readonly<Record<string, Node>>, keys: readonly string[]): fc.Arbitrary<unknown> {
  const isOptional = (key: string) => entries[key]!.type === "optional";
  const record = Object.fromEntries(
    Object.entries(entries).map(([key, node]) => [key, toArbitrary(node, keys)]),
  );
  const all = Object.keys(entries);
  const complete = fc.record(record, { requiredKeys: all.filter((key) => !isOptional(key)) });
  const partial = fc.record(record, { requiredKeys: [] });
  const known = fc.oneof({ weight: 12, arbitrary: complete }, { weight: 1, arbitrary: partial });
  const surplus = fc.dictionary(
    fc.oneof(fc.constantFrom(...keys), fc.constantFrom(...SPECIAL_KEYS), fc.string()),
    fc.oneof(anything, fc.string(), fc.nat(), fc.boolean()),
    { minKeys: 1, maxKeys: 2 },
  );
  return fc.oneof(
    { weight: 8, arbitrary: known },
    { weight: 1, arbitrary: fc.tuple(surplus, known).map(([more, value]) => ({ ...more, ...value })) },
  );
}
