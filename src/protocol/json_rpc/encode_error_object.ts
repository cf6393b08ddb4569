// An error as another side gave it, passed on as it is: unlike the codec's own, which speaks of refusals of this side.

import type { ErrorObject, Id } from "./json_rpc.ts";

/** One JSON text without its line ending. */
export function encodeErrorObject(id: Id, error: ErrorObject): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"error":${JSON.stringify(error)}}`;
}
