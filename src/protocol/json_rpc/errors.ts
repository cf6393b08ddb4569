// The errors that travel: the five of JSON-RPC 2.0 (section 5.1 of its specification) and those of this domain.

/** The number of each error. */
export const ErrorCode = {
  parse_error: -32700,
  invalid_request: -32600,
  method_not_found: -32601,
  invalid_params: -32602,
  internal_error: -32603,
  unauthenticated: -32001,
  full: -32002,
  not_allowed: -32003,
  outranked: -32004,
  no_recipient: -32005,
  rate_limited: -32006,
  unavailable: -32007,
  too_large: -32008,
} as const;

/** The word for an error; it is `data.reason` on the wire. */
export type ErrorReason = keyof typeof ErrorCode;

/** An expected refusal: a value, not an exception. `data` holds what a program needs besides the reason. */
export interface Refusal {
  readonly reason: ErrorReason;
  /** A sentence for people. */
  readonly message: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** The error object of JSON-RPC for a refusal. */
export function toErrorObject(
  refusal: Refusal,
): { code: number; message: string; data: Record<string, unknown> } {
  return {
    code: ErrorCode[refusal.reason],
    message: refusal.message,
    data: { reason: refusal.reason, ...refusal.data },
  };
}
