// The methods that change the client's own position and that only the client itself sends: at the beginning and at the end
// of a connection. Sent by another program, they would move it without its knowing.

import { ErrorCode } from "../../protocol/json_rpc/mod.ts";
import { isMethodName, methodOf } from "../../protocol/methods/mod.ts";
import { RequestError } from "./request_error.ts";

/** Why a request or notification from outside is not sent; `undefined` when it may be. */
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
