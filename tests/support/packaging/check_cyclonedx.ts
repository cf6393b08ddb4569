// What CycloneDX 1.6 requires of the parts that a bill of materials of this project has.

import * as v from "valibot";

const HASH_DIGITS: Readonly<Record<string, number>> = { "SHA-256": 64, "SHA-384": 96, "SHA-512": 128 };

const ref = v.pipe(v.string(), v.nonEmpty());

const component = v.strictObject({
  type: v.picklist([
    "application",
    "framework",
    "library",
    "container",
    "platform",
    "operating-system",
    "device",
    "device-driver",
    "firmware",
    "file",
    "machine-learning-model",
    "data",
    "cryptographic-asset",
  ]),
  "bom-ref": ref,
  group: v.optional(v.string()),
  name: v.string(),
  version: v.optional(v.string()),
  scope: v.optional(v.picklist(["required", "optional", "excluded"])),
  hashes: v.optional(v.array(v.pipe(
    v.strictObject({
      alg: v.picklist(Object.keys(HASH_DIGITS)),
      content: v.pipe(v.string(), v.regex(/^[\da-f]+$/)),
    }),
    v.check(({ alg, content }) => content.length === HASH_DIGITS[alg], "a hash of another length"),
  ))),
  licenses: v.optional(v.union([
    v.pipe(
      v.array(v.strictObject({ license: v.strictObject({ id: v.pipe(v.string(), v.regex(/^[\w.+-]+$/)) }) })),
      v.minLength(1),
    ),
    v.strictTuple([v.strictObject({ expression: v.string() })]),
  ])),
  purl: v.optional(v.pipe(v.string(), v.regex(/^pkg:[a-z]+\/(?:[\w.%-]+\/)*[\w.-]+@[\w.+-]+$/))),
});

const bom = v.strictObject({
  bomFormat: v.literal("CycloneDX"),
  specVersion: v.literal("1.6"),
  serialNumber: v.pipe(
    v.string(),
    v.regex(/^urn:uuid:[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/),
  ),
  version: v.pipe(v.number(), v.integer(), v.minValue(1)),
  metadata: v.strictObject({ timestamp: v.pipe(v.string(), v.isoTimestamp()), component }),
  components: v.array(component),
  dependencies: v.array(v.strictObject({ ref, dependsOn: v.array(ref) })),
});

export type Bom = v.InferOutput<typeof bom>;

/** @throws {Error} if it is not valid, with every fault */
export function checkCycloneDx(text: string): Bom {
  const result = v.safeParse(bom, JSON.parse(text));
  if (!result.success) {
    throw new Error(result.issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`).join("\n"));
  }
  const { metadata, components, dependencies } = result.output;
  const refs = [metadata.component, ...components].map((component) => component["bom-ref"]);
  const used = dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]);
  const faults = [
    ...repeated(refs).map((ref) => `two components are ${ref}`),
    ...repeated(dependencies.map(({ ref }) => ref)).map((ref) => `${ref} has its dependencies twice`),
    ...dependencies.flatMap(({ dependsOn }) => repeated(dependsOn)).map((ref) => `${ref} is needed twice`),
    ...used.filter((ref) => !refs.includes(ref)).map((ref) => `there is no component ${ref}`),
  ];
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return result.output;
}

function repeated(refs: readonly string[]): string[] {
  return refs.filter((ref, index) => refs.indexOf(ref) < index);
}
