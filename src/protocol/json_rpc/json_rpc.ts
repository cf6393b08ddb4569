// JSON-RPC 2.0 messages from and to lines of text (https://www.jsonrpc.org/specification). It knows the envelope only;
// protocol/methods knows the methods.

import { count, fitsBytes, visible } from "../../words/mod.ts";
import { type Refusal, toErrorObject } from "./errors.ts";
import { InexactIds } from "./inexact_ids.ts";

/** The id of a request; `null` where it could not be read. */
export type Id = string | number | null;

/** An error as it is sent. */
export interface ErrorObject {
  /** The number of the error. */
  readonly code: number;
  /** A sentence for people. */
  readonly message: string;
  /** What a program needs of it. */
  readonly data?: unknown;
}

/** What one JSON text turned out to be. */
export type Message =
  | { readonly kind: "request"; readonly id: Id; readonly method: string; readonly params: unknown }
  | { readonly kind: "notification"; readonly method: string; readonly params: unknown }
  | { readonly kind: "result"; readonly id: Id; readonly result: unknown }
  | { readonly kind: "error"; readonly id: Id; readonly error: ErrorObject }
  /** A response that cannot be read: never answered, since its id is one of the receiver's own. */
  | { readonly kind: "bad_response"; readonly id: Id; readonly why: string }
  | { readonly kind: "invalid"; readonly id: Id; readonly refusal: Refusal };

/** A line is one message or a batch of them. */
export type Parsed = Message | { readonly kind: "batch"; readonly items: readonly Message[] };

/** Reads one line. Never throws: what is not a message is one of kind `invalid`, with the error to answer. */
export function parseLine(line: string, maxBatchItems: number, maxIdBytes = Infinity): Parsed {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return invalid(null, "parse_error", `Invalid JSON: ${visible((error as Error).message)}`);
  }
  const bounds = { maxBytes: maxIdBytes, inexact: new InexactIds(line) };
  if (!Array.isArray(value)) return toMessage(value, bounds);
  if (value.length === 0) return invalid(null, "invalid_request", "A batch must have at least one message");
  if (value.length > maxBatchItems) {
    const message = `Batch of ${count(value.length, "message")} exceeds the limit of ${maxBatchItems}`;
    return {
      kind: "invalid",
      id: null,
      refusal: { reason: "too_large", message, data: { limit: maxBatchItems } },
    };
  }
  return { kind: "batch", items: value.map((item) => toMessage(item, bounds)) };
}

interface IdBounds {
  /** Of a string, as UTF-8. */
  readonly maxBytes: number;
  /** Numbers that were others in the line. */
  readonly inexact: InexactIds;
}

function toMessage(value: unknown, bounds: IdBounds): Message {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return invalid(null, "invalid_request", "A message must be a JSON object");
  }
  const { jsonrpc, method, id, params, result, error } = value as Record<string, unknown>;
  const idFault = faultOfId(id, bounds);
  const safeId = idFault === undefined && id !== undefined ? id as Id : null;
  if ((method === undefined || method === null) && (result !== undefined || error !== undefined)) {
    return toResponse(value as Record<string, unknown>, safeId, idFault);
  }
  if (jsonrpc !== "2.0") return invalid(safeId, "invalid_request", '"jsonrpc" must be "2.0"');
  if (idFault !== undefined) return invalid(null, "invalid_request", idFault);
  if (method === undefined) {
    return invalid(safeId, "invalid_request", 'A message must have "method", "result" or "error"');
  }
  if (typeof method !== "string") return invalid(safeId, "invalid_request", '"method" must be a string');
  if (params !== undefined && typeof params !== "object") {
    return invalid(safeId, "invalid_request", '"params" must be an object or an array');
  }
  // Some libraries write null for params that there are not.
  const given = params ?? undefined;
  return id === undefined
    ? { kind: "notification", method, params: given }
    : { kind: "request", id: safeId, method, params: given };
}

/** As in JSON-RPC 1.0, `null` beside a result or an error is no second one. */
function toResponse(
  { jsonrpc, result, error }: Record<string, unknown>,
  id: Id,
  idFault: string | undefined,
): Message {
  const bad = (why: string): Message => ({ kind: "bad_response", id, why });
  // JSON-RPC 1.0 states no version, and always sends both.
  const isVersion1 = jsonrpc === undefined && result !== undefined && error !== undefined;
  if (jsonrpc !== "2.0" && !isVersion1) return bad('"jsonrpc" must be "2.0"');
  if (idFault !== undefined) return bad(idFault);
  if (error === undefined || (error === null && result !== undefined)) return { kind: "result", id, result };
  if (result !== undefined && result !== null) return bad('"result" and "error" must not both be present');
  if (isErrorObject(error)) return { kind: "error", id, error };
  return bad('"error" must be an object with an integer "code" and a string "message"');
}

/** What is wrong with an id; `undefined` where it is one, or absent. */
function faultOfId(id: unknown, { maxBytes, inexact }: IdBounds): string | undefined {
  if (id === undefined || id === null) return undefined;
  if (typeof id === "number" && Number.isFinite(id)) {
    return inexact.has(id) ? '"id" cannot be returned exactly: send fewer digits, or a string' : undefined;
  }
  if (typeof id !== "string") return '"id" must be a string, a number or null';
  return fitsBytes(id, maxBytes) ? undefined : `"id" must have at most ${count(maxBytes, "byte")}`;
}

function isErrorObject(value: unknown): value is ErrorObject {
  if (typeof value !== "object" || value === null) return false;
  const { code, message } = value as Record<string, unknown>;
  return Number.isInteger(code) && typeof message === "string";
}

function invalid(id: Id, reason: Refusal["reason"], message: string): Message {
  return { kind: "invalid", id, refusal: { reason, message } };
}

/** Encoders give one JSON text without its line ending. */
export function encodeResult(id: Id, result: unknown): string {
  return encodeResultOf(id, JSON.stringify(result));
}

/** Like {@linkcode encodeResult}, for a long result that is made in parts. */
export function* encodeResultInParts(id: Id, parts: Iterable<string>): Generator<string> {
  yield `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":`;
  yield* parts;
  yield "}";
}

/** Like {@linkcode encodeResult}, for a result that is JSON already. */
export function encodeResultOf(id: Id, json: string): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${json}}`;
}

export function encodeError(id: Id, refusal: Refusal): string {
  return encodeErrorObject(id, toErrorObject(refusal));
}

/** Like {@linkcode encodeError}, for an error that another side gave: it is passed on as it is. */
export function encodeErrorObject(id: Id, error: ErrorObject): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"error":${JSON.stringify(error)}}`;
}

export function encodeRequest(id: Id, method: string, params: unknown): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"method":${JSON.stringify(method)}${
    encodeParams(params)
  }}`;
}

export function encodeNotification(method: string, params: unknown): string {
  return `{"jsonrpc":"2.0","method":${JSON.stringify(method)}${encodeParams(params)}}`;
}

function encodeParams(params: unknown): string {
  return params === undefined ? "" : `,"params":${JSON.stringify(params)}`;
}
