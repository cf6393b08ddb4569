// Why a request of this client has no result: one class with a closed list of kinds, so that no code matches on messages.

import { ErrorCode, type ErrorObject, type ErrorReason } from "../../protocol/json_rpc/mod.ts";

/**
 * What ended the request: the server's answer, the loss of the connection, a full queue of this client, its `close()`, a
 * rule of this client about what it sends, or a line that is longer than the server accepts.
 */
export type RequestErrorKind = "answered" | "disconnected" | "overflow" | "closed" | "reserved" | "too_large";

/** A request that ended without a result. `code` and `data` are as in the JSON-RPC error object. */
export class RequestError extends Error {
  /** Always "RequestError". */
  override readonly name = "RequestError";
  /** What ended the request. */
  readonly kind: RequestErrorKind;
  /** The number of the error on the wire. */
  readonly code: number;
  /** The word for the error where it is one of the protocol's own. */
  readonly reason: ErrorReason | undefined;
  /** What the server added: the rule that refused, the limit, when to retry. */
  readonly data: unknown;
  /** Whether the request may have reached the server. What was not sent was not carried out. */
  readonly mayBeSent: boolean;

  /** Takes the error object of the answer, or one in its place. `mayBeSent` is true unless it is known to be false. */
  constructor(
    kind: RequestErrorKind,
    error: ErrorObject,
    { mayBeSent = true, ...options }: ErrorOptions & { readonly mayBeSent?: boolean } = {},
  ) {
    super(error.message, options);
    this.mayBeSent = mayBeSent;
    this.kind = kind;
    this.code = error.code;
    this.reason = REASONS.get(error.code);
    this.data = error.data;
  }

  /** Whether the request is known to have changed nothing: it was not sent, or the server has refused it. */
  get hasNoEffect(): boolean {
    if (!this.mayBeSent) return true;
    return this.kind === "answered" && this.reason !== undefined && REFUSALS.has(this.reason);
  }

  /** The error object of JSON-RPC, for a program that passes requests on. */
  toErrorObject(): ErrorObject {
    const { code, message, data } = this;
    return data === undefined ? { code, message } : { code, message, data };
  }
}

type OwnFailure = Exclude<RequestErrorKind, "answered" | "reserved" | "too_large">;

/** This side could not send the request. */
export function notSent(kind: OwnFailure, message: string): RequestError {
  return new RequestError(kind, unavailable(kind, message), { mayBeSent: false });
}

/** The request was sent, and its answer can no longer arrive. */
export function notAnswered(kind: OwnFailure, message: string): RequestError {
  return new RequestError(kind, unavailable(kind, message));
}

/** The server would not read the line, and could not say to which request its error belongs. */
export function tooLarge(limit: number): RequestError {
  const message = `Cannot send a line of more than ${limit} bytes, which is the server's limit`;
  const error = { code: ErrorCode.too_large, message, data: { reason: "too_large", limit } };
  return new RequestError("too_large", error, { mayBeSent: false });
}

function unavailable(kind: RequestErrorKind, message: string): ErrorObject {
  return { code: ErrorCode.unavailable, message, data: { reason: "unavailable", why: kind } };
}

/** With these the server says that it did not carry the request out. After any other error it may have. */
const REFUSALS: ReadonlySet<ErrorReason> = new Set<ErrorReason>([
  "parse_error",
  "invalid_request",
  "method_not_found",
  "invalid_params",
  "unauthenticated",
  "not_allowed",
  "no_recipient",
  "rate_limited",
]);

const REASONS: ReadonlyMap<number, ErrorReason> = new Map(
  Object.entries(ErrorCode).map(([reason, code]) => [code, reason as ErrorReason]),
);
