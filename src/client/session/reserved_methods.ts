// The methods that only the client itself sends, at the beginning and at the end of a connection: they change its place,
// which it has to know about.

import { ErrorCode } from "../../protocol/json_rpc/mod.ts";
import { isMethodName, methodOf } from "../../protocol/methods/mod.ts";
import { RequestError } from "./request_error.ts";

/** Why a request or notification of a user is not sent; `undefined` when it may be. */
export function reservedError(method: string): RequestError | undefined {
  const why = isMethodName(method) ? methodOf(method).reserved : undefined;
  if (why === undefined) return undefined;
  const error = {
    code: ErrorCode.not_allowed,
    message: `Cannot send ${method}: ${why}`,
    data: { reason: "not_allowed" },
  };
  return new RequestError("reserved", error, { mayBeSent: false });
}
