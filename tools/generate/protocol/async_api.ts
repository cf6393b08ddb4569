// The protocol as an AsyncAPI document. AsyncAPI rather than OpenRPC: in OpenRPC only one side has methods, and their
// names are unique, while here both sides send requests and notifications, and `cancel` and `ping` go both ways.

import { ErrorCode } from "../../../src/protocol/json_rpc/mod.ts";
import {
  isMethodName,
  type JsonSchema,
  METHODS,
  NOTIFICATIONS,
  PROTOCOL_VERSION,
  SERVER_REQUESTS,
} from "../../../src/protocol/methods/mod.ts";
import type { Chapter, MethodText, ReferenceText } from "./reference_text.ts";

const CHANNEL = "connection";
const ERROR = "error";
const ID: JsonSchema = { type: ["string", "number", "null"] };

type Parts = Record<string, unknown>;

export function asyncApi(reference: ReferenceText): JsonSchema {
  const messages: Parts = { [ERROR]: errorMessage() };
  const operations: Parts = {};
  const add = (sender: "client" | "server", method: string, kinds: Kinds) => {
    const chapter: Chapter = `Methods of the ${sender}`;
    const text = reference.of(chapter, method);
    const name = `${sender}.${method}`;
    const { sent, replies } = messagesOf(name, method, kinds, text);
    Object.assign(messages, sent, replies);
    operations[name] = {
      action: sender === "client" ? "receive" : "send",
      channel: channelRef(),
      title: method,
      summary: text.summary,
      description: `docs/protocol/reference.md#${text.anchor}`,
      messages: Object.keys(sent).map(messageRef),
      ...(kinds.result === undefined ? {} : {
        reply: { channel: channelRef(), messages: [...Object.keys(replies), ERROR].map(messageRef) },
      }),
    };
  };
  for (const [method, row] of Object.entries(METHODS)) {
    if (!isMethodName(method)) continue;
    const result = "dryRun" in row
      ? { anyOf: [row.result.schema(), row.dryRun.result.schema()] }
      : row.result.schema();
    add("client", method, { params: row.params.schema(), result, id: "optional" });
  }
  for (const [method, shape] of Object.entries(NOTIFICATIONS)) {
    const result = method === "execute" ? SERVER_REQUESTS.execute.result.schema() : undefined;
    add("server", method, { params: shape.schema(), result, id: result === undefined ? "none" : "optional" });
  }
  const { params, result } = SERVER_REQUESTS.ping;
  add("server", "ping", { params: params.schema(), result: result.schema(), id: "required" });
  return document(messages, operations);
}

interface Kinds {
  readonly params: JsonSchema;
  /** Absent: it is never answered. */
  readonly result: JsonSchema | undefined;
  /** Without an id, a message is a notification. */
  readonly id: "required" | "optional" | "none";
}

function document(messages: Parts, operations: Parts): JsonSchema {
  return {
    asyncapi: "3.0.0",
    info: {
      title: "The protocol of rankserver",
      version: String(PROTOCOL_VERSION),
      description:
        "JSON-RPC 2.0, one message or batch on each line, over TCP or TLS. Both sides send requests and " +
        "notifications; the operations are those of the server. The rules that a schema cannot express are in " +
        "docs/protocol.md.",
    },
    defaultContentType: "application/json",
    servers: {
      tcp: { host: "127.0.0.1:6001", protocol: "tcp", description: "Plain TCP, the default." },
      tls: {
        host: "127.0.0.1:6001",
        protocol: "tls",
        description: "With a certificate, in place of plain TCP.",
      },
    },
    channels: {
      [CHANNEL]: {
        address: null,
        description: "A connection: lines of UTF-8 that end with a line feed, in both directions.",
        messages: Object.fromEntries(
          Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
      },
    },
    operations,
    components: { messages },
  };
}

function messagesOf(
  name: string,
  method: string,
  { params, result, id }: Kinds,
  text: MethodText,
): { readonly sent: Parts; readonly replies: Parts } {
  const described = describe(params, text.params);
  const hasParams = Array.isArray(params.required) && params.required.length > 0;
  const payload = envelope(
    { ...(id === "none" ? {} : { id: ID }), method: { const: method }, params: described },
    [...(id === "required" ? ["id"] : []), "method", ...(hasParams ? ["params"] : [])],
  );
  const about = id === "optional" ? " Without an id, it is a notification and is not answered." : "";
  const sent = { [name]: { name: method, title: method, summary: `${text.summary}${about}`, payload } };
  if (result === undefined) return { sent, replies: {} };
  const answer = envelope({ id: ID, result: describe(result, text.members) }, ["id", "result"]);
  const title = `The result of ${method}`;
  return { sent, replies: { [`${name}.result`]: { name: `${method} result`, title, payload: answer } } };
}

function errorMessage(): JsonSchema {
  const reasons = Object.keys(ErrorCode);
  const data = {
    type: "object",
    properties: { reason: { type: "string", description: "One word for each code.", examples: reasons } },
    required: ["reason"],
  };
  const error = {
    type: "object",
    properties: {
      code: { type: "integer", examples: Object.values(ErrorCode) },
      message: { type: "string" },
      data,
    },
    required: ["code", "message"],
  };
  return {
    name: ERROR,
    title: "The error of a request",
    payload: envelope({ id: ID, error }, ["id", "error"]),
  };
}

function envelope(members: Readonly<Record<string, JsonSchema>>, required: readonly string[]): JsonSchema {
  return {
    type: "object",
    properties: { jsonrpc: { const: "2.0" }, ...members },
    required: ["jsonrpc", ...required],
  };
}

/** Adds what the reference says of the keys of an object. */
function describe(schema: JsonSchema, texts: ReadonlyMap<string, string>): JsonSchema {
  const { properties, anyOf } = schema as {
    properties?: Readonly<Record<string, JsonSchema>>;
    anyOf?: readonly JsonSchema[];
  };
  if (anyOf !== undefined) return { ...schema, anyOf: anyOf.map((one) => describe(one, texts)) };
  if (properties === undefined) return schema;
  const described = Object.entries(properties).map(([key, property]) => {
    const description = texts.get(key) ?? "";
    return [key, description === "" ? property : { description, ...property }];
  });
  return { ...schema, properties: Object.fromEntries(described) };
}

function channelRef(): JsonSchema {
  return { $ref: `#/channels/${CHANNEL}` };
}

function messageRef(name: string): JsonSchema {
  return { $ref: `#/channels/${CHANNEL}/messages/${name}` };
}
