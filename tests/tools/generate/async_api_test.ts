// The AsyncAPI document of the protocol: valid by AsyncAPI's own schema, in agreement with what the programs accept, and
// with every transcript of the protocol's pages.

import { assert, assertEquals } from "@std/assert";
import specification from "@asyncapi/specs/schemas/3.0.0.json" with { type: "json" };
import { Ajv, type ValidateFunction } from "ajv";
import fc from "fast-check";
import {
  isMethodName,
  METHODS,
  NOTIFICATIONS,
  SERVER_REQUESTS,
} from "../../../src/protocol/methods/methods.ts";
import { type JsonSchema, type Shape, ShapeError } from "../../../src/protocol/methods/shapes.ts";
import { asyncApi } from "../../../tools/generate/protocol/async_api.ts";
import { ReferenceText } from "../../../tools/generate/protocol/reference_text.ts";
import { nearly } from "../../protocol/methods/nearly.ts";
import {
  DRY_RUN_SCHEMA,
  EXECUTE_RESULT_SCHEMA,
  METHOD_SCHEMAS,
  NOTIFICATION_SCHEMAS,
} from "../../protocol/methods/schemas.ts";
import { readProtocolPages } from "../../support/protocol_pages.ts";
import { holds } from "../../support/seed.ts";
import { readTranscripts } from "../../transcripts/read_transcripts.ts";

interface Message {
  readonly payload: JsonSchema;
}

interface Document {
  readonly operations: Readonly<Record<string, { readonly action: string; readonly reply?: unknown }>>;
  readonly components: { readonly messages: Readonly<Record<string, Message>> };
}

const DOCUMENT = asyncApi(await ReferenceText.read()) as unknown as Document;
const MESSAGES = new Map(
  Object.entries(DOCUMENT.components.messages).map(([name, { payload }]) => [name, compile(payload)]),
);

function compile(schema: JsonSchema): ValidateFunction {
  return new Ajv({ strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true }).compile(
    schema,
  );
}

Deno.test("the document is valid AsyncAPI, and each of its references leads somewhere", () => {
  const accepts = new Ajv({ meta: false, validateSchema: false, strict: false, validateFormats: false })
    .compile(specification);
  assert(accepts(DOCUMENT), JSON.stringify(accepts.errors?.slice(0, 3)));
  assertEquals(accepts({ ...DOCUMENT, operations: { x: { action: "shout" } } }), false);
  const references = [...JSON.stringify(DOCUMENT).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!);
  assert(references.length > 100);
  const found = (path: string) =>
    path.split("/").reduce<unknown>(
      (value, key) => (value as Record<string, unknown> | undefined)?.[key],
      DOCUMENT,
    );
  assertEquals(references.filter((path) => found(path) === undefined), []);
});

Deno.test("every method and notification is an operation of the side that receives or sends it", () => {
  const names = Object.entries(DOCUMENT.operations).map(([name, { action, reply }]) =>
    `${action} ${name}${reply === undefined ? "" : " answered"}`
  );
  assertEquals(
    names.sort(),
    [
      ...Object.keys(METHODS).filter(isMethodName).map((method) => `receive client.${method} answered`),
      ...Object.keys(NOTIFICATIONS).map((name) =>
        `send server.${name}${name === "execute" ? " answered" : ""}`
      ),
      "send server.ping answered",
    ].sort(),
  );
});

/** What the schema cannot say: a safe integer, and that a list is no object. */
function isBeyondSchemas(value: unknown): boolean {
  if (typeof value === "number") return Number.isInteger(value) && !Number.isSafeInteger(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, inner]) =>
    isBeyondSchemas(inner) || (key === "data" && Array.isArray(inner))
  );
}

function agrees(name: string, shape: Shape<unknown>, values: fc.Arbitrary<unknown>): void {
  Deno.test(`the schema of ${name} accepts what the programs accept`, () => {
    const accepts = compile(shape.schema());
    let [accepted, refused] = [0, 0];
    holds(
      fc.property(values, (value) => {
        if (typeof value !== "object" || value === null || Array.isArray(value) || isBeyondSchemas(value)) {
          return;
        }
        const isRead = !(shape(value) instanceof ShapeError);
        assertEquals(accepts(value), isRead, JSON.stringify(value));
        if (isRead) accepted++;
        else refused++;
      }),
      { numRuns: 300 },
    );
    assert(accepted > 10, `only ${accepted} were accepted`);
    assert(refused > 0 || name.endsWith("result"), "none was refused");
  });
}

const KEYS = ["surplus", "rank", "name", "to", "delivered", "id"];

for (const [name, { params, result }] of Object.entries(METHODS).filter(([name]) => isMethodName(name))) {
  const schemas = METHOD_SCHEMAS[name as keyof typeof METHOD_SCHEMAS];
  agrees(`${name}'s params`, params, nearly(schemas.params, KEYS));
  agrees(`${name}'s result`, result, nearly(schemas.result, KEYS));
}
for (const [name, shape] of Object.entries<Shape<unknown>>(NOTIFICATIONS)) {
  agrees(name, shape, nearly(NOTIFICATION_SCHEMAS[name as keyof typeof NOTIFICATION_SCHEMAS], KEYS));
}
agrees("a dry run's result", METHODS.run.dryRun.result, nearly(DRY_RUN_SCHEMA, KEYS));
agrees("execute's result", SERVER_REQUESTS.execute.result, nearly(EXECUTE_RESULT_SCHEMA, KEYS));

/** The messages of one line of a transcript, with values for its placeholders; none of a text session. */
function messagesOf(text: string): unknown[] {
  const limits = '{"line_bytes":1,"output_bytes":1,"timeout_ms":1}';
  const times = '{"heartbeat_ms":1,"silence_ms":1,"resume_grace_ms":1,"lease_ms":1,"lead_after_ms":1}';
  const filled = text.replaceAll("<limits>", limits).replaceAll(/<times[^>]*>/g, times).replaceAll(
    "<hint>",
    '"x"',
  );
  try {
    const value: unknown = JSON.parse(filled);
    return Array.isArray(value) ? value : [value];
  } catch {
    return [];
  }
}

/** "client.run.result", and not "server.result". */
function isAnswer(name: string): boolean {
  return name.split(".").length === 3;
}

Deno.test("every message of the server in the transcripts is one of the document", async () => {
  let count = 0;
  for (const { page, steps } of readTranscripts(await readProtocolPages())) {
    for (const step of steps) {
      if (step.kind !== "receives") continue;
      for (const message of messagesOf(step.text)) {
        const names = [...MESSAGES].filter(([, accepts]) => accepts(message)).map(([name]) => name);
        const isOfServer = names.some((name) =>
          name === "error" ||
          (name.startsWith("client.") ? isAnswer(name) : !isAnswer(name))
        );
        assert(
          isOfServer,
          `${page}:${step.line}: ${JSON.stringify(message)} is none of the server's messages`,
        );
        count++;
      }
    }
  }
  assert(count > 150, `only ${count} messages were found`);
});

Deno.test("a summary is the first sentence of the reference, and a param has its row", () => {
  const reference = new ReferenceText(
    "## Methods of the client\n\n### run\n\nSends a [thing](x.md) to\nmembers. More.\n\n" +
      "| param | | |\n| - | - | - |\n| `a?`, `b` | text | see [run](#run) |\n",
  );
  const { summary, anchor, params } = reference.of("Methods of the client", "run");
  assertEquals([summary, anchor], ["Sends a thing to members.", "run"]);
  assertEquals([...params], [["a", "see run"], ["b", "see run"]]);
});
