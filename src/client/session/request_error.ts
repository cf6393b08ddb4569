// Why a request of this client has no result. One class with a closed list of kinds, so that nobody matches on messages.

import { ErrorCode, type ErrorObject, type ErrorReason } from "../../protocol/json_rpc/mod.ts";

/** Who says no: the server, the lost connection, a full queue of our own, our own `close()`, or a rule of this client. */
export type RequestErrorKind = "answered" | "disconnected" | "overflow" | "closed" | "reserved";

/** A request that ended without a result. `code` and `data` are as in the JSON-RPC error object. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly kind: RequestErrorKind;
  readonly code: number;
  /** The word for the error where it is one of the protocol's own. */
  readonly reason: ErrorReason | undefined;
  readonly data: unknown;
  /** Whether the request may have reached the other side; what is known not to have been sent was not carried out. */
  readonly mayBeSent: boolean;

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

  /** The error object of JSON-RPC, for whoever passes the request on. */
  toErrorObject(): ErrorObject {
    const { code, message, data } = this;
    return data === undefined ? { code, message } : { code, message, data };
  }
}

type OwnFailure = Exclude<RequestErrorKind, "answered" | "reserved">;

/** This side could not send the request. */
export function notSent(kind: OwnFailure, message: string): RequestError {
  return new RequestError(kind, unavailable(kind, message), { mayBeSent: false });
}

/** The request waited for its answer, which cannot come any more. */
export function notAnswered(kind: OwnFailure, message: string): RequestError {
  return new RequestError(kind, unavailable(kind, message));
}

function unavailable(kind: RequestErrorKind, message: string): ErrorObject {
  return { code: ErrorCode.unavailable, message, data: { reason: "unavailable", why: kind } };
}

/** By these the server says that it has not carried a request out; after another one, as of a fault, it may have. */
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
